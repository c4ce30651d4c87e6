"""What turns the verdict alone: where it jumps, what somebody set, and how it is said."""

from dataclasses import replace

import pytest
from django.utils.translation import override

from hosts.parameters.hypervisors import VMWARE_KEY
from tests.compare.conftest import report_of
from virtlab.compare.models import OwnPrice
from virtlab.compare.report.report import Report
from virtlab.compare.report.sensitivity import swings
from virtlab.compare.report.sensitivity.levers import (
    NO_MONEY,
    NOT_TRIED,
    OFFER,
    PRICES,
    PURCHASE,
    TERM_YEARS,
    Lever,
    levers,
)
from virtlab.compare.report.sensitivity.pair import Moved, Pair
from virtlab.compare.report.sensitivity.swings import Turn, turns
from virtlab.compare.report.sensitivity.trials import NetLines, Trial
from virtlab.compare.report.sensitivity.untried import untried
from virtlab.compare.report.sensitivity.words import turn_words, turns_words
from virtlab.labs.models import Lab, Workload
from virtlab.labs.parameters import SPECS

KEY = "memory_floor_pct"
NBSP = "\N{NO-BREAK SPACE}"


def lever_of(report: Report, key: str = KEY, *, known: bool = False) -> Lever:
    found = next(lever for lever in levers(report.question.values) if lever.key == key)
    return replace(found, known=known)


def turn_at(report: Report, monkeypatch: pytest.MonkeyPatch, now: float, *, jumps: float) -> Turn:
    """Of a difference that rises by 10 USD a per cent through nothing at 60 %, or there at once by so much."""

    def net(value: float) -> NetLines:
        return NetLines(
            {(0, "x"): 50_000.0 + 10 * (value - 60) + jumps * (1 if value > 60 else -1), (1, "x"): 50_000.0}
        )

    def looked_at(pair: Pair, moved: Moved) -> NetLines:
        return net(moved[KEY])

    monkeypatch.setattr(swings, "net_lines_at", looked_at)
    lever = replace(lever_of(report), now=now, low=50.0, high=90.0)
    trial = Trial(report.pair, (lever,), {}, {(value,): net(value) for value in lever.points})
    (found,) = turns([trial], net(now).net_usd)
    return found


class TestJumps:
    def test_it_is_a_level_where_both_sides_cost_the_same(self, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
        found = turn_at(report_of(lab), monkeypatch, 50.0, jumps=0)
        assert found.value == pytest.approx(60)
        assert found.then_usd is None
        assert f"both cost the same at 60{NBSP}% of today's; now 50{NBSP}%." in turn_words(found, ("L", "R"))

    @pytest.mark.parametrize(("now", "said"), [(50.0, "above"), (90.0, "below")])
    def test_it_says_which_side_costs_how_much_less_beyond_a_jump(
        self, lab: Lab, monkeypatch: pytest.MonkeyPatch, now: float, said: str
    ) -> None:
        found = turn_at(report_of(lab), monkeypatch, now, jumps=9_000)
        assert found.value == pytest.approx(60, abs=0.2)
        assert found.then_usd == pytest.approx(9_000 if now == 50 else -9_000, abs=3)
        cheaper = "R" if now == 50 else "L"
        assert f"a little {said} 60" in turn_words(found, ("L", "R"))
        assert f"“{cheaper}” costs about $9,000 less" in turn_words(found, ("L", "R"))


class TestChoices:
    @pytest.mark.parametrize(("other_usd", "cheaper"), [(-2_000.0, "L"), (2_000.0, "R")])
    def test_it_says_which_side_costs_how_much_less_with_a_choice(
        self, lab: Lab, other_usd: float, cheaper: str
    ) -> None:
        report = report_of(lab)
        lever = next(one for one in levers(report.question.values) if one.options and len(one.options) > 1)
        other = next(value for value in lever.points if value != lever.now)
        nets = {other: other_usd, lever.now: -other_usd}
        trial = Trial(report.pair, (lever,), {}, {(value,): NetLines({(0, "x"): net}) for value, net in nets.items()})
        (turn,) = turns([trial], -other_usd)
        assert (turn.value, turn.then_usd) == (other, other_usd)
        said = f"with “{lever.text(other)}” “{cheaper}” costs about $2,000 less; now “{lever.text(lever.now)}”."
        assert said in turn_words(turn, ("L", "R"))
        with override("ja"):
            assert f"「{cheaper}」が約 $2,000 安くなります" in turn_words(turn, ("L", "R"))


class TestSet:
    def test_it_names_what_was_set_last_in_a_sentence_of_its_own(self, lab: Lab) -> None:
        report = report_of(lab)
        free = lever_of(report)
        known = [lever_of(report, key, known=True) for key in ("smt_gain", "esxi_usd_per_core_year", "pue_onprem")]
        said = turns_words([*(Turn(one, one.high) for one in known), Turn(free, free.high)], None, ("L", "R"))
        assert len(said) == 2
        assert said[0].startswith(str(free.label))
        assert said[1].startswith("If what was set were wrong, each of these would turn it alone: ")
        assert [str(one.label) in said[1] for one in known] == [True, True, False]

    def test_it_says_that_nothing_else_does(self, lab: Lab) -> None:
        known = lever_of(report_of(lab), known=True)
        said = turns_words([Turn(known, known.high)], None, ("L", "R"))
        assert said[0].startswith("No single assumption that nobody set within its range")


def test_it_names_the_nearest_few(lab: Lab) -> None:
    report = report_of(lab)
    numbers = [replace(one, known=False) for one in levers(report.question.values) if one.is_number][:12]
    said = turns_words([Turn(one, one.high) for one in numbers], None, ("L", "R"))
    assert len(said) == 5
    assert said[-1] == "8 more turn it alone."


def test_it_counts_own_prices_only_of_what_a_side_rests_on(lab: Lab) -> None:
    OwnPrice.objects.create(lab=lab, region=lab.region_code, item="u-24tb1.112xlarge", usd="90")
    OwnPrice.objects.create(lab=lab, region=lab.region_code, item="ebs-gp3-gb-month", usd="0.096")
    outlook = report_of(lab, purchase="on_demand").outlook
    assert outlook
    assert outlook.own_prices == 1
    names = set(report_of(lab, purchase="on_demand").book.table.names)
    OwnPrice.objects.bulk_create(
        OwnPrice(lab=lab, region=lab.region_code, item=name, usd="0.1") for name in names - {"u-24tb1.112xlarge"}
    )
    all_own = report_of(lab, purchase="on_demand").outlook
    assert all_own
    assert 1 < all_own.own_prices < len(names)


@pytest.mark.parametrize(
    ("language", "value", "now"),
    [("en", f"85{NBSP}% of the catalogue's", f"100{NBSP}%"), ("ja", f"カタログ価格の 85{NBSP}%", f"100{NBSP}%")],
)
def test_it_puts_the_number_before_the_sign_of_a_percentage_of_something(language: str, value: str, now: str) -> None:
    with override(language):
        assert PRICES[0].measured(85) == value
        assert PRICES[0].now_text == now


class TestTermsAndChoices:
    @pytest.mark.parametrize("purchase", ["on_demand", "one_year", "three_year"])
    def test_it_tries_the_other_ways_of_buying_as_the_table_has_them(self, lab: Lab, purchase: str) -> None:
        report = report_of(lab, purchase=purchase)
        for other, years in TERM_YEARS.items():
            left, right = report.pair.at({PURCHASE: years})
            assert right.usd == report.by_key[f"rightsized-{other}"].usd
            assert left.usd == report.left.usd
        assert report.outlook
        bought = next(swing for swing in report.outlook.swings if swing.label == "How hours are bought")
        assert bought.names == ("on demand", "3 years")

    @pytest.mark.parametrize(
        "moved", [{OFFER: 1.0}, {"one_year_upfront": 2.0}, {"windows_own_licences": 2.0}, {"unmeasured_demand": 1.0}]
    )
    def test_it_comes_to_what_the_page_has_with_another_choice(self, lab: Lab, moved: dict[str, float]) -> None:
        report = report_of(lab)
        assert moved.keys() <= {lever.key for lever in levers(report.question.values, "one_year")}
        asked = report_of(lab, **moved)
        assert tuple(side.usd for side in report.pair.at(moved)) == (asked.left.usd, asked.right.usd)

    def test_it_tries_of_a_commitment_only_what_is_bought(self, lab: Lab) -> None:
        values = report_of(lab).question.values
        keys = {
            purchase: {lever.key for lever in levers(values, purchase) if not lever.is_number}
            for purchase in TERM_YEARS
        }
        assert {OFFER, "one_year_upfront"} == keys["one_year"] - keys["on_demand"]
        assert {OFFER, "three_year_upfront"} == keys["three_year"] - keys["on_demand"]

    @pytest.mark.parametrize("left", ["as_is", "physical"])
    @pytest.mark.parametrize("hypervisor", ["esxi", "kvm"])
    @pytest.mark.parametrize("system", ["linux", "winclient"])
    def test_it_names_all_that_is_not_tried_and_moves_the_difference(
        self, lab: Lab, left: str, hypervisor: str, system: str
    ) -> None:
        lab.clusters.update(hypervisor=hypervisor)
        Workload.objects.filter(lab=lab, operating_system__startswith="windows").update(operating_system=system)
        pair = report_of(lab, left=left).pair
        now, named = pair.at({}), untried(pair)
        for key in NOT_TRIED - NO_MONEY:
            moved = [pair.at({key: value}) for value, _name in SPECS[key].options]
            if any(side.usd != was.usd for sides in moved for side, was in zip(sides, now, strict=True)):
                assert SPECS[key].label in named
        assert ("VMware's edition" in named) == (left == "as_is" and hypervisor == "esxi")
        assert ("Cores of new servers" in named) == (left == "physical")
        assert (SPECS["client_own_hardware"].label in named) == (system == "winclient")
        assert len(named) <= 6

    def test_it_says_so_where_nothing_turns_the_verdict(self, lab: Lab) -> None:
        untried_here = untried(report_of(lab).pair)
        (said,) = turns_words([], None, ("L", "R"), untried_here)
        names = "Other regions · Hours that instances run · VMware's edition · Families of instance types"
        assert said.endswith(f"Not tried: {names}.")

    def test_it_tries_what_vmware_costs_only_where_no_edition_does(self, lab: Lab) -> None:
        values = report_of(lab).question.values
        assert VMWARE_KEY in {lever.key for lever in levers(values)}
        chosen = {**values, "vmware_edition": 2.0}
        assert VMWARE_KEY not in {lever.key for lever in levers(chosen)}
        named = untried(report_of(lab, vmware_edition=2).pair)
        assert "Term of VMware's subscription" in named
