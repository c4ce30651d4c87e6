"""What somebody has set is known: chance does not move it, and the range says so."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.compare.conftest import report_of
from tests.compare.outlook.test_outlook import pair_of
from virtlab.compare import services
from virtlab.compare.bills.cloud.quantities import CloudQuantities
from virtlab.compare.inputs.question import frozen_question
from virtlab.compare.models import OwnPrice
from virtlab.compare.parameters.likely import LIKELY, SAME
from virtlab.compare.report.answer import sure_answer
from virtlab.compare.report.cash.flow import outcome
from virtlab.compare.report.report import build
from virtlab.compare.report.sensitivity.band import band
from virtlab.compare.report.sensitivity.levers import INSTANCES, VOLUMES, levers
from virtlab.compare.report.sensitivity.response import respond
from virtlab.compare.report.workloads.rows import workload_rows
from virtlab.labs.models import Assumption, Lab
from virtlab.labs.parameters import SPECS

DEFAULTS = {key: spec.default for key, spec in SPECS.items()}
SET = st.sets(st.sampled_from(sorted({*LIKELY, *SAME.values()})))


@given(SET)
def test_it_draws_what_nobody_set_and_nothing_else(keys: set[str]) -> None:
    values = DEFAULTS | {key: DEFAULTS[key] + 1e-3 for key in keys}
    numbers = [lever for lever in levers(values, "one_year") if lever.is_number]
    assert {lever.key for lever in numbers} == {lever.key for lever in levers(DEFAULTS, "one_year") if lever.is_number}
    for lever in numbers:
        assert lever.by_chance == (not {lever.key, SAME.get(lever.key)} & keys)


def test_it_draws_the_catalogues_prices_alone_where_all_else_is_known(lab: Lab) -> None:
    """Also where hosts are packed, which are counted for each draw."""
    every = {key: _another(key) for key in LIKELY}
    for left in ("as_is", "consolidated"):
        known, free = (report_of(lab, left=left, **asked) for asked in (every, {}))
        assert known.outlook
        assert {lever.key for lever in known.outlook.moved} <= {INSTANCES, VOLUMES}
        now_usd = outcome(known.left, known.right, known.question.values).difference_usd
        assert known.outlook.band.low_usd < now_usd < known.outlook.band.high_usd
        assert free.band
        width_usd, free_usd = (band.high_usd - band.low_usd for band in (known.outlook.band, free.band))
        assert width_usd < 0.5 * free_usd


def test_it_is_one_amount_where_nothing_is_drawn(lab: Lab) -> None:
    report = report_of(lab)
    now_usd = outcome(report.left, report.right, report.question.values).difference_usd
    sure = band(respond(report.pair, []), [], report.pair)
    assert sure.low_usd == pytest.approx(now_usd)
    assert sure.high_usd == pytest.approx(now_usd)
    assert sum(sure.counts) == sure.draws


def _another(key: str) -> float:
    """A value within the likely range that is not the default."""
    likely, default = LIKELY[key], DEFAULTS[key]
    return next(value for value in (likely.high, likely.low) if value != default and SPECS[key].allows(value))


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([("server_lifetime_years", 6), ("existing_age_years", 2), ("storage_usd_per_tb", 1_500)]))
def test_it_keeps_what_is_set_where_it_is_in_every_draw(lab: Lab, setting: tuple[str, float]) -> None:
    key, value = setting
    outlook, before = report_of(lab, **{key: value}).outlook, report_of(lab).outlook
    assert outlook
    assert before
    assert key in {lever.key for lever in before.moved}
    assert key not in {lever.key for lever in outlook.moved}
    assert [lever.key for lever in outlook.known] == [key]
    label = str(SPECS[key].label)
    assert label in {swing.label for swing in outlook.swings}
    assert label not in {str(pull.name) for pull in outlook.pulls}


def test_it_says_how_many_numbers_are_taken_as_known(lab: Lab) -> None:
    assert "taken as known" not in sure_answer(report_of(lab)).range
    Assumption.objects.create(lab=lab, key="storage_usd_per_tb", value=700)
    said = sure_answer(report_of(lab, esxi_usd_per_core_year=200, horizon_months=48)).range
    assert "2 numbers that were set are taken as known, not drawn: " in said
    assert all(str(SPECS[key].label) in said for key in ("storage_usd_per_tb", "esxi_usd_per_core_year"))


def test_it_takes_a_default_that_was_set_as_known(lab: Lab) -> None:
    """Asked for where the lab had another value, or kept by the lab: whoever sets a default knows it."""
    key = "storage_usd_per_tb"
    drawn = report_of(lab).outlook
    Assumption.objects.create(lab=lab, key=key, value=700)
    asked = report_of(lab, **{key: DEFAULTS[key]})
    services.save_assumptions(lab, asked.question.overrides)
    kept = report_of(lab)
    shared = frozen_question(lab, services.share(lab, kept.question).assumptions)
    services.reset_assumptions(lab)
    assert drawn
    assert key in {lever.key for lever in drawn.moved}
    for report in (asked, kept, build(lab, shared)):
        assert report.question.values[key] == DEFAULTS[key]
        assert report.outlook
        assert key not in {lever.key for lever in report.outlook.moved}
        assert key in {lever.key for lever in report.outlook.known}
    assert report_of(lab).outlook == drawn


def test_it_does_not_draw_prices_of_ones_own(lab: Lab) -> None:
    before = report_of(lab, purchase="on_demand")
    names = before.book.table.names
    OwnPrice.objects.bulk_create(OwnPrice(lab=lab, region=lab.region_code, item=name, usd="0.1") for name in names)
    some = report_of(lab, purchase="on_demand")
    for report, moved in ((before, True), (some, False)):
        dear = pair_of(report).at({INSTANCES: 200.0})[1].usd
        assert (dear != report.right.usd) == moved
        assert report.outlook
        assert (INSTANCES in {lever.key for lever in report.outlook.moved}) == moved
    assert "prices of one's own are taken as known" in sure_answer(some).range


def test_it_moves_the_catalogues_part_of_the_prices(lab: Lab) -> None:
    dearest = max(workload_rows(report_of(lab, purchase="on_demand")), key=lambda row: row.usd_per_month)
    OwnPrice.objects.create(lab=lab, region=lab.region_code, item=dearest.type, usd="0.05")
    OwnPrice.objects.create(lab=lab, region=lab.region_code, item="ebs-gp3-gb-month", usd="0.096")
    report = report_of(lab, purchase="on_demand")
    dear, dear_volumes = (pair_of(report).at({key: 200.0})[1] for key in (INSTANCES, VOLUMES))
    now, then = (side.shape.quantities for side in (report.right, dear))
    assert isinstance(now, CloudQuantities)
    assert isinstance(then, CloudQuantities)
    own = 0.05 * sum(row.type == dearest.type for row in workload_rows(report))
    assert 0 < own < now.instances.usd_per_hour
    assert then.instances.usd_per_hour == pytest.approx(2 * now.instances.usd_per_hour - own)
    lines = [{item.key: item.amount for item in side.cost} for side in (report.right, dear_volumes)]
    changed = {key for key in lines[0] if lines[0][key] != lines[1][key]}
    assert "volumes" not in changed
