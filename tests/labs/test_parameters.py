"""The page of parameters and its administration."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from virtlab.labs.models import Parameter
from virtlab.labs.parameters import GROUP_NAMES, SPECS
from virtlab.labs.selectors import grouped, parameter_rows

pytestmark = pytest.mark.django_db


def row(**changes: object) -> dict[str, object]:
    return {"key": "usd_jpy", "value": 148, "kind": "list", "source": "A bank", "source_date": "2026-07-20", **changes}


def test_it_lists_every_parameter_with_unit_source_and_date(aiko: Client) -> None:
    page = aiko.get("/parameters/").content.decode()
    assert f"{len(SPECS)} parameters" in page
    assert "1.388" in page, "a quoted figure is not rounded"


def test_it_names_every_group() -> None:
    assert {spec.group for spec in SPECS.values()} <= set(GROUP_NAMES)


def test_it_keeps_the_groups_in_their_order() -> None:
    groups = list(grouped(parameter_rows()))
    assert groups == [str(name) for name in GROUP_NAMES.values() if str(name) in groups]


def test_it_searches_names_units_and_sources(aiko: Client) -> None:
    assert [row.spec.key for row in parameter_rows("jpy usd exchange")] == ["usd_jpy"]
    assert "No parameter matches" in aiko.get("/parameters/?q=no-such-thing").content.decode()


def test_it_shows_the_value_in_force_with_its_own_source() -> None:
    Parameter.objects.create(**row())
    shown = parameter_rows("usd_jpy")[0]
    assert (shown.value, shown.source, shown.kind) == (148, "A bank", "list")


def test_it_takes_a_value_in_range(eve: User, client_of: Callable[[User], Client]) -> None:
    client_of(eve).post("/admin/labs/parameter/add/", row())
    assert Parameter.objects.get().value == 148


@pytest.mark.parametrize("value", [-1, 0, 10**9, "nan", "many"])
def test_it_refuses_a_value_out_of_range(eve: User, client_of: Callable[[User], Client], value: object) -> None:
    answer = client_of(eve).post("/admin/labs/parameter/add/", row(value=value))
    assert answer.status_code == 200
    assert not Parameter.objects.exists()


@pytest.mark.parametrize("changes", [{"source_date": "last week"}, {"source": ""}, {"key": "no_such"}])
def test_it_wants_a_known_key_a_source_and_a_date(
    eve: User, client_of: Callable[[User], Client], changes: dict[str, object]
) -> None:
    client_of(eve).post("/admin/labs/parameter/add/", row(**changes))
    assert not Parameter.objects.exists()


def test_it_checks_the_range_when_a_row_changes_too(eve: User, client_of: Callable[[User], Client]) -> None:
    Parameter.objects.create(**row())
    answer = client_of(eve).post("/admin/labs/parameter/usd_jpy/change/", row(value=10**9))
    assert "out of range" in answer.content.decode()
    assert Parameter.objects.get().value == 148


def test_it_is_closed_to_those_who_are_not_staff(dara: User, client_of: Callable[[User], Client]) -> None:
    assert client_of(dara).get("/admin/labs/parameter/").status_code == 302


@pytest.mark.parametrize("page", ["", "labs/lab/", "labs/parameter/", "labs/parameter/add/", "auth/user/"])
def test_it_serves_the_console_without_inline_code(eve: User, client_of: Callable[[User], Client], page: str) -> None:
    html = client_of(eve).get(f"/admin/{page}").content.decode()
    assert " style=" not in html
    assert " onclick=" not in html
