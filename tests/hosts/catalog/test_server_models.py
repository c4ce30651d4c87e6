"""The catalog of server models."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from hosts.catalog.load import load_server_models
from hosts.models import ServerModel
from hosts.models.validators import check_watts


@pytest.mark.usefixtures("catalog")
class TestServerModels:
    def test_it_holds_sixteen_models_with_valid_power_curves(self) -> None:
        models = ServerModel.objects.all()
        assert len(models) == 16
        for model in models:
            model.full_clean()
            assert model.source.startswith("SPECpower_ssj2008, spec.org")
            assert (model.kind == "derived") == ("the shape of" in model.source)
            assert len(model.watts) == 11
            assert model.price_usd is None
        r740 = ServerModel.objects.get(name="Dell PowerEdge R740")
        assert (r740.sockets, r740.cores, r740.watts[0], r740.watts[-1]) == (2, 56, 49.8, 432)

    def test_it_gives_two_points_the_shape_of_their_nearest_relative(self) -> None:
        r770, r740 = (ServerModel.objects.get(name=f"Dell PowerEdge {name}") for name in ("R770", "R740"))
        assert (r770.watts[0], r770.watts[-1], r740.kind) == (164, 960, "list")
        # At 10 % load R740 is (114 − 49.8) ÷ (432 − 49.8) of the way from idle to full.
        assert r770.watts[1] == pytest.approx(164 + (960 - 164) * 64.2 / 382.2, abs=0.05)
        named = {model.name: model.source.partition("shape of ")[2] for model in ServerModel.objects.all()}
        assert named["Lenovo ThinkSystem SR665 V3"] == "Lenovo ThinkSystem SR665"
        assert named["HPE ProLiant Compute DL380 Gen12"] == "HPE ProLiant DL360 Gen10 Plus"
        assert named["Fujitsu PRIMERGY RX2540 M7"] == "Fujitsu PRIMERGY RX2540 M6"
        assert named["Dell PowerEdge R740"] == ""

    def test_it_keeps_what_an_administrator_edited(self, eve: User, client_of: Callable[[User], Client]) -> None:
        model = ServerModel.objects.get(name="Dell PowerEdge R740")
        names = ["name", "vendor", "form_factor", "rack_units", "cpu", "sockets", "cores", "threads_per_core"]
        names += ["memory_gib", "published", "source", "kind"]
        form = {name: str(getattr(model, name)) for name in names} | {"watts": "[50, 400]", "price_usd": "9000"}
        url = reverse("admin:hosts_servermodel_change", args=[model.pk])
        assert client_of(eve).post(url, form).status_code == 302
        assert load_server_models().kept == 1
        model.refresh_from_db()
        assert (model.watts, model.price_usd) == ([50, 400], Decimal(9000))

    def test_it_shows_them_in_the_admin_console(self, eve: User, client_of: Callable[[User], Client]) -> None:
        page = client_of(eve).get(reverse("admin:hosts_servermodel_changelist"), {"q": "EPYC"})
        assert page.context["cl"].result_count == 4


@pytest.mark.parametrize(
    "watts", [[], [1, 2, 3], [0, 10], [20, 10], ["a", "b"], [1, 99_999], "1 2", [True, True], None]
)
def test_it_refuses_a_power_curve_that_cannot_be(watts: object) -> None:
    with pytest.raises(ValidationError):
        check_watts(watts)
