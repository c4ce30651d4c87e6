"""New servers of every size: what smaller ones draw, and that nobody buys old or huge ones for small needs."""

import pytest

from hosts.models import ServerModel
from tests.compare.conftest import report_of
from virtlab.compare.alternatives.on_hosts.offered import builds, sold, with_smaller
from virtlab.compare.bills.onprem.quantities import OnPremQuantities
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values


@pytest.fixture
def models(catalog: None) -> dict[int, ServerModel]:
    return {model.pk: model for model in ServerModel.objects.all()}


def test_it_draws_more_with_more_cores_between_two_measured_servers(lab: Lab, models: dict[int, ServerModel]) -> None:
    made = [model for pk, model in with_smaller(models, lab_values(lab)).items() if pk < 0]
    by_cores = sorted(made, key=lambda model: model.cores)
    assert [model.cores for model in by_cores] == [8, 16, 24, 32, 48, 64, 96, 128]
    for level in (0, -1):
        watts = [model.watts[level] for model in by_cores]
        assert watts == sorted(watts)
        assert 12.4 < watts[0] < watts[-1] < 960
    assert {model.kind for model in made} == {"estimate"}
    ends = by_cores[1].watts[0], by_cores[1].watts[-1]
    assert ends == (23.2, 116.1), "12.4 + 12 ÷ 168 × (164 − 12.4), 51.2 + 12 ÷ 168 × (960 − 51.2)"
    assert [model.sockets for model in by_cores] == [1, 1, 1, 1, 1, 1, 2, 2]


def test_it_offers_nothing_older_than_three_years_before_the_newest(models: dict[int, ServerModel]) -> None:
    assert {model.published[:4] for model in sold(models.values())} == {"2023", "2024", "2025"}


def test_it_follows_a_newest_model_of_ones_own(lab: Lab, models: dict[int, ServerModel]) -> None:
    own = ServerModel(pk=999, name="Own", cores=12, sockets=1, threads_per_core=2, memory_gib=64, published="2026-01")
    own.watts = [30, 200]
    assert sorted(pk for pk in with_smaller(models | {999: own}, lab_values(lab)) if pk < 0) == [-8]
    assert with_smaller({}, lab_values(lab)) == {}


def test_it_buys_small_new_servers_for_small_workloads(lab: Lab) -> None:
    report = report_of(lab)
    quantities = report.by_key["physical"].shape.quantities
    assert isinstance(quantities, OnPremQuantities)
    (bought,) = quantities.bought
    assert (bought.servers, bought.cores) == (5, 5 * 8)
    assert bought.memory_gib == 64 + 16 + 16 + 16 + 16
    (build,) = report.book.builds
    assert build
    assert build.cores <= 32, "five small VMs need no server of 120 cores"


def test_it_keeps_to_a_build_of_ones_own(lab: Lab) -> None:
    report = report_of(lab, new_server_cores=64, new_server_gib=512)
    (build,) = report.book.builds
    assert build
    assert (build.cores, build.memory_gib) == (64, 512)
    quantities = report.by_key["physical"].shape.quantities
    assert isinstance(quantities, OnPremQuantities)
    (physical,) = quantities.bought
    assert (physical.cores, physical.memory_gib) == (5 * 64, 5 * 512)
    assert builds(report.book.basis.models.values(), report.question.values) == [build]
