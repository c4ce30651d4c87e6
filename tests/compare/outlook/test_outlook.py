"""The range of the difference, what it depends on, and what would turn the verdict."""

import re
from dataclasses import replace

import numpy as np
import pytest
from django.utils.translation import override

from hosts.models import VirtualMachine
from instances.parameters.commitments import DISCOUNT_SPECS
from tests.compare.conftest import report_of
from virtlab.charts.tornado import Swing
from virtlab.compare.parameters.likely import DISCOUNT_RANGES, LIKELY, SAME
from virtlab.compare.report.anonymous import anonymised
from virtlab.compare.report.answer import sure_answer
from virtlab.compare.report.cash.flow import REST, net_by_line, outcome
from virtlab.compare.report.report import Report
from virtlab.compare.report.sensitivity.band import DRAWS, draw
from virtlab.compare.report.sensitivity.levers import BUYING, IN_MONTHS, Lever, levers
from virtlab.compare.report.sensitivity.pair import Pair
from virtlab.compare.report.sensitivity.response import respond
from virtlab.compare.report.sensitivity.trials import NetLines, net_lines_at
from virtlab.engine.arrays import F64
from virtlab.labs.models import Lab
from virtlab.labs.parameters import SPECS
from virtlab.web import formats
from virtlab.web.cache import clear_caches


def pair_of(report: Report) -> Pair:
    return Pair(report.common.book, report.place, report.left, report.right)


class TestLikely:
    @pytest.mark.parametrize("key", LIKELY)
    def test_it_lies_within_what_may_be_put_in_and_holds_the_default(self, key: str) -> None:
        spec, likely = SPECS[key], LIKELY[key]
        assert spec.minimum <= likely.low <= spec.default <= likely.high <= spec.maximum
        assert likely.low < likely.high
        assert str(likely.reason)

    def test_it_is_widened_for_a_value_of_ones_own(self, lab: Lab) -> None:
        values = report_of(lab, storage_usd_per_tb=3_000).question.values
        storage = next(lever for lever in levers(values) if lever.key == "storage_usd_per_tb")
        assert (storage.low, storage.now, storage.high) == (300, 3_000, 3_000)


class TestDraws:
    def test_it_draws_from_a_triangle_with_its_peak_at_the_present_value(self) -> None:
        lever = Lever("x", "x", "", now=2.0, low=1.0, high=6.0)
        drawn = draw([lever], 200_000, 3)["x"]
        assert drawn.min() >= 1
        assert drawn.max() <= 6
        assert drawn.mean() == pytest.approx((1 + 2 + 6) / 3, abs=0.01)
        assert (drawn < 2).mean() == pytest.approx((2 - 1) / (6 - 1), abs=0.005)

    def test_it_draws_lifetimes_in_whole_months(self) -> None:
        """Payments fall due by the month: a part of one would be paid for and not spread."""
        drawn = draw([Lever(key, key, "", now=4.0, low=2.0, high=7.0) for key in IN_MONTHS], 1_000, 3)
        for years in drawn.values():
            assert 12 * years == pytest.approx(np.round(12 * years))

    def test_it_draws_each_assumption_on_its_own(self) -> None:
        drawn = draw([Lever(key, key, "", now=1.0, low=0.0, high=2.0) for key in "ab"], 50_000, 3)
        assert abs(np.corrcoef(drawn["a"], drawn["b"])[0, 1]) < 0.02


class TestLines:
    @pytest.mark.parametrize("discount", [0, 7])
    def test_it_splits_the_net_into_lines_that_sum_to_it(self, lab: Lab, discount: float) -> None:
        report = report_of(lab, discount_pct=discount, purchase="three_year")
        values = report.question.values
        result = outcome(report.left, report.right, values)
        for side, net_usd in zip((report.left, report.right), result.net_usd, strict=True):
            lines = net_by_line(side, values)
            assert sum(lines.values()) == pytest.approx(net_usd)
            assert discount or abs(lines[REST]) < 1e-3 * net_usd


class TestBand:
    def test_it_is_the_same_for_the_same_question(self, lab: Lab) -> None:
        first = report_of(lab).band
        clear_caches()
        assert first == report_of(lab).band

    def test_it_says_how_often_each_side_costs_less(self, lab: Lab) -> None:
        band = report_of(lab).band
        assert band is not None
        assert band.low_usd < band.median_usd < band.high_usd
        assert sum(band.counts) == band.draws == DRAWS
        assert band.left_cheaper_share + band.right_cheaper_share == pytest.approx(1)
        assert not band.undecided_share
        middles = (np.array(band.edges[:-1]) + np.array(band.edges[1:])) / 2
        assert np.average(middles < 0, weights=band.counts) == pytest.approx(band.left_cheaper_share, abs=0.05)

    @pytest.mark.parametrize(
        "asked",
        [
            {},
            {"discount_pct": 6},
            {"left": "physical", "purchase": "three_year"},
            {"left": "consolidated", "software_assurance_pct": 25, "windows_by_vm": 1},
        ],
    )
    def test_it_is_near_what_each_draw_comes_to_exactly(self, lab: Lab, asked: dict[str, object]) -> None:
        """Six machines: whole licences and hosts are a larger part than in an estate."""
        assert _error(report_of(lab, **asked)) <= 0.035

    def test_it_is_near_for_an_estate(self, real_lab: Lab) -> None:
        assert _error(report_of(real_lab)) <= 0.01
        assert _error(report_of(real_lab, unmeasured_demand=1)) <= 0.011

    @pytest.mark.parametrize("asked", [{}, {"unmeasured_demand": 1}])
    def test_it_counts_the_new_hosts_of_each_draw(self, real_lab: Lab, asked: dict[str, object]) -> None:
        """Hosts are whole, and which resource binds changes from draw to draw."""
        report = report_of(real_lab, left="refresh", **asked)
        pair, movable = pair_of(report), drawn_of(report)
        response, drawn = respond(pair, movable), draw(movable, 60, 5)
        assert response.whole
        alike, found = exactly(pair, drawn)
        hosts = response.whole.drawn(drawn).hosts[alike]
        packed = np.array([one.packed.hosts for one in found if one.packed])
        assert np.abs(hosts - packed).max() <= 1
        assert (hosts != packed).mean() <= 0.04
        low, high = np.percentile(response.net_usd(draw(movable, DRAWS, 1)), (10, 90))
        off = response.net_usd(drawn)[alike] - [one.net_usd for one in found]
        assert np.abs(off).mean() <= 0.015 * (high - low)
        assert abs(off.mean()) <= 0.012 * (high - low)


class TestSwings:
    def test_it_moves_each_assumption_over_its_own_range(self, lab: Lab) -> None:
        report = report_of(lab)
        assert report.outlook is not None
        storage = next(one for one in report.outlook.swings if one.label == str(SPECS["storage_usd_per_tb"].label))
        assert (storage.low, storage.high) == (300, 2_000)
        dear = report_of(lab, storage_usd_per_tb=2_000)
        changed = _net(dear) - _net(report)
        assert storage.usd_at_high == pytest.approx(changed, abs=0.1)

    def test_it_sizes_anew(self, lab: Lab) -> None:
        report = report_of(lab, left="consolidated", unmeasured_demand=1)
        assert report.outlook is not None
        labels = {swing.label for swing in report.outlook.swings}
        assert str(SPECS["memory_floor_pct"].label) in labels

    def test_it_moves_the_exchange_rate_against_what_is_paid_at_home(self, lab: Lab) -> None:
        report = report_of(lab)
        cheap_yen, _right = pair_of(report).at({"usd_jpy": 300.0})
        now, then = (
            next(float(item.amount) for item in side.cost if item.key == "electricity")
            for side in (report.left, cheap_yen)
        )
        assert then == pytest.approx(now / 2, abs=0.01)

    def test_it_counts_rent_of_a_floor_among_what_is_paid_at_home(self, lab: Lab) -> None:
        pair = pair_of(report_of(lab, floor_usd_per_m2_month=30))
        assert pair.moved_values({"usd_jpy": 300.0})["floor_usd_per_m2_month"] == pytest.approx(15)


class TestTurns:
    def test_it_names_what_would_turn_the_verdict_and_where(self, lab: Lab) -> None:
        report = report_of(lab, data_out_gib_per_workload=3_300)
        turning = [
            turn for turn in report.turns if turn.key in SPECS and turn.lever.is_number and turn.then_usd is None
        ]
        assert "data_out_gib_per_workload" in {turn.key for turn in turning}
        for turn in turning:
            sides = pair_of(report).at({turn.key: turn.value})
            values = pair_of(report).moved_values({turn.key: turn.value})
            left, right = outcome(*sides, values).net_usd
            assert abs(left - right) < 0.05 * max(left, right)


def drawn_of(report: Report) -> list[Lever]:
    """What chance moves, how hours are bought with it."""
    question = report.question
    return [lever for lever in levers(question.values, question.purchase, question.known) if lever.by_chance]


def _error(report: Report) -> float:
    """The mean by which 200 draws are off, beside the width of the band."""
    pair, band = pair_of(report), report.band
    assert band is not None
    movable = drawn_of(report)
    drawn = draw(movable, 200, 5)
    alike, found = exactly(pair, drawn)
    off = respond(pair, movable).net_usd(drawn)[alike] - [one.net_usd for one in found]
    return float(np.abs(off).mean() / (band.high_usd - band.low_usd))


def exactly(pair: Pair, drawn: dict[str, F64]) -> tuple[list[int], list[NetLines]]:
    """Which draws leave both sides with the same workloads, and what both come to at each of these, computed anew."""
    rows = zip(*(values.tolist() for values in drawn.values()), strict=True)
    tried = [net_lines_at(pair, dict(zip(drawn, row, strict=True))) for row in rows]
    alike = [n for n, one in enumerate(tried) if one]
    assert len(alike) >= len(tried) / 4
    return alike, [one for one in tried if one]


def _net(report: Report) -> float:
    left, right = outcome(report.left, report.right, report.question.values).net_usd
    return left - right


def test_it_gives_no_range_where_the_workloads_are_not_the_same(lab: Lab) -> None:
    VirtualMachine.objects.filter(lab=lab, name__startswith="db").update(memory_mib=64 * 1024**2)
    report = report_of(lab)
    assert report.outlook is None
    assert report.band is None
    assert report.turns == ()


def test_it_speaks_each_readers_language(lab: Lab) -> None:
    said = {}
    for language in ("en", "ja"):
        with override(language):
            outlook = report_of(lab).outlook
            assert outlook
            said[language] = [swing.label for swing in outlook.swings]
    assert "Licence of VMware ESXi" in said["en"]
    assert "VMware ESXi のライセンス" in said["ja"]


def test_it_is_the_same_without_names(lab: Lab) -> None:
    VirtualMachine.objects.filter(name="db-0").update(memory_mib=200 * 1024**2)
    Lab.objects.filter(pk=lab.pk).update(revision=lab.revision + 1)
    lab.refresh_from_db()
    nameless = anonymised(report_of(lab, left="physical"))
    assert nameless.not_carried
    assert "db-0" not in nameless.not_carried
    found = nameless.outlook
    clear_caches()
    assert found == report_of(lab, left="physical").outlook


class TestBuying:
    def test_it_moves_the_discount_that_is_bought_with_its_coverage(self, lab: Lab) -> None:
        values = report_of(lab).question.values
        moved = {lever.key for lever in levers(values, "one_year")} & BUYING
        assert moved == {"discount_one_year_pct", "coverage_pct"}
        spot = {lever.key for lever in levers({**values, "spot_share_pct": 20.0}, "on_demand")} & BUYING
        assert spot == {"spot_discount_pct"}
        other = {**values, "commitment_offer": 1.0, "three_year_upfront": 1.0}
        assert "discount_compute_3_year_partial_pct" in {lever.key for lever in levers(other, "three_year")}

    def test_it_has_a_range_for_every_discount(self) -> None:
        assert {spec.key for spec in DISCOUNT_SPECS} == set(DISCOUNT_RANGES) <= set(LIKELY)

    def test_it_moves_no_plan_that_ends_but_the_one_in_force(self, lab: Lab) -> None:
        values = report_of(lab).question.values
        for plan, offered in ((0.0, {0.0, 4.0, 5.0}), (2.0, {0.0, 2.0, 4.0, 5.0})):
            (support,) = [one for one in levers({**values, "support_plan": plan}) if one.key == "support_plan"]
            assert set(support.points) == offered


class TestSame:
    @pytest.mark.parametrize(("key", "other"), SAME.items())
    def test_it_moves_what_is_the_same_on_both_sides_together(self, lab: Lab, key: str, other: str) -> None:
        pair = pair_of(report_of(lab))
        assert other not in LIKELY
        moved = pair.moved_values({key: 2 * pair.values[key]})
        assert moved[other] == pytest.approx(2 * pair.values[other])
        before, after = pair.at({}), pair.at({key: 2 * pair.values[key]})
        assert after[0].kwh > before[0].kwh
        assert after[1].kwh >= before[1].kwh


class TestBesideTheDraws:
    def test_it_says_where_the_answer_is_not_in_the_middle_of_its_draws_and_what_pulls_them(self, lab: Lab) -> None:
        report = report_of(lab)
        now_usd = outcome(report.left, report.right, report.question.values).difference_usd
        assert report.outlook
        within = replace(report.outlook.band, middle_usd=(now_usd - 1, now_usd + 1))
        aside = replace(
            within,
            low_usd=now_usd - 9,
            high_usd=now_usd + 9,
            middle_usd=(now_usd + 1, now_usd + 3),
            median_usd=now_usd + 2,
        )
        said = []
        for band in (within, aside):
            report.__dict__["outlook"] = replace(report.outlook, band=band)
            said.append(sure_answer(report).range)
        assert "At the values put in" not in said[0]
        assert "the difference lies towards one end of this range" in said[1]
        most = next(pull for pull in report.outlook.pulls if pull.usd > 0)
        in_favour = f"in favour of “{report.names[report.right.key]}” than against it. Most of all: {most.name}"
        assert in_favour in said[1]

    def test_it_says_that_choices_are_not_drawn_and_what_the_one_that_matters_most_comes_to(self, lab: Lab) -> None:
        report = report_of(lab)
        now_usd = outcome(report.left, report.right, report.question.values).difference_usd
        assert report.outlook
        numbers = tuple(swing for swing in report.outlook.swings if not swing.names)
        unmeasured = Swing("Where", "", 0, 1, usd_at_low=0, usd_at_high=-now_usd + 51_234, names=("keep", "size"))
        support = Swing("Support", "", 0, 1, usd_at_low=-900, usd_at_high=0, names=("none", "now"))
        said = []
        for choices in ((), (support, unmeasured)):
            report.__dict__["outlook"] = replace(report.outlook, swings=(*choices, *numbers))
            said.append(sure_answer(report).range)
        assert "assumed numbers drawn" in said[0]
        assert "Choices are not drawn." in said[0]
        assert "tried" not in said[0]
        right = report.right.kind.name
        assert (
            f"“Where” moves the difference most: with “size” “{right}” costs about $51,200 less on the same workloads."
            in said[1]
        )

    def test_it_comes_to_what_the_other_choice_does(self, real_lab: Lab) -> None:
        said = sure_answer(report_of(real_lab)).range
        other = report_of(real_lab, unmeasured_demand=1)
        assert str(SPECS["unmeasured_demand"].label) in said
        stated = float(re.findall(r"costs about \$([\d,]+) less on", said)[0].replace(",", ""))
        assert stated == pytest.approx(abs(_net(other)), rel=0.1)

    @pytest.mark.parametrize(("likely", "is_open"), [(0.65, True), (0.67, False)])
    def test_it_says_no_winner_where_draws_agree_about_as_likely_as_not(
        self, lab: Lab, likely: float, is_open: bool
    ) -> None:
        report = report_of(lab)
        assert report.outlook
        left_ahead = outcome(report.left, report.right, report.question.values).difference_usd < 0
        shares = (likely, 1 - likely) if left_ahead else (1 - likely, likely)
        band = replace(report.outlook.band, left_cheaper_share=shares[0], right_cheaper_share=shares[1])
        report.__dict__["outlook"] = replace(report.outlook, band=band)
        said = sure_answer(report)
        assert (said.open, "either side may cost less" in said.headline) == (is_open, is_open)
        assert (formats.percent(likely, 0) in said.scope) == is_open
        assert said.verdict

    def test_it_counts_what_an_assumption_pulls_alone(self, lab: Lab) -> None:
        report = report_of(lab)
        assert report.outlook
        named = {str(pull.name): pull.usd for pull in report.outlook.pulls}
        swing = next(one for one in report.outlook.swings if str(one.label) in named)
        low, high = sorted((swing.usd_at_low, swing.usd_at_high))
        assert low <= named[str(swing.label)] <= high
