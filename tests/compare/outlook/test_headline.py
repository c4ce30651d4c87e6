"""What the answer opens with: as exact as its evidence, and with the range where the values put in lie outside it."""

from dataclasses import replace

import pytest

from hosts.inventory.assembly.assemble import assemble
from hosts.inventory.assembly.totals import StatedTotals, inventory_of
from hosts.inventory.problems import ProblemLog
from hosts.inventory.write import create_estate
from tests.compare.conftest import report_of
from virtlab.compare.report.answer import Answer, answer, sure_answer
from virtlab.compare.report.cash.flow import outcome
from virtlab.compare.report.report import Report
from virtlab.labs.models import Lab
from virtlab.web import formats


def _now_usd(report: Report) -> float:
    return outcome(report.left, report.right, report.question.values).difference_usd


def led(report: Report, low_usd: float, high_usd: float, right_share: float = 1.0) -> Answer:
    """The answer where 8 of 10 draws lie between two differences."""
    assert report.outlook
    band = replace(
        report.outlook.band,
        low_usd=low_usd,
        median_usd=(low_usd + high_usd) / 2,
        high_usd=high_usd,
        left_cheaper_share=1 - right_share,
        right_cheaper_share=right_share,
    )
    report.__dict__["outlook"] = replace(report.outlook, band=band)
    return sure_answer(report)


class TestOutsideTheRange:
    """The values put in: the right side costs less."""

    @pytest.mark.parametrize(
        ("share", "said"), [(0.5, "fewer than 1 in 10 draws reach as much"), (2.0, "more than 9 in 10 draws give more")]
    )
    def test_it_leads_with_the_range(self, lab: Lab, share: float, said: str) -> None:
        report = report_of(lab)
        now_usd = _now_usd(report)
        assert now_usd > 0
        low_usd, high_usd = now_usd * share, now_usd * share * 1.2
        found = led(report, low_usd, high_usd)
        less = f"between {formats.rounded_usd(low_usd)} and {formats.rounded_usd(high_usd)} less"
        assert f"“{report.names[report.right.key]}” probably costs {less}." in found.headline
        assert formats.usd(now_usd, 0) not in found.headline
        assert formats.usd(now_usd, 0) in found.scope
        assert said in found.scope
        assert "the difference lies outside this range" in found.range
        assert (found.side, found.open) == (report.right.side, False)

    def test_it_names_no_side_that_draws_and_values_do_not_agree_on(self, lab: Lab) -> None:
        report = report_of(lab)
        found = led(report, -90_000.0, -1_000.0, right_share=0.05)
        assert f"“{report.names[report.left.key]}” probably costs between $1,000 and $90,000 less" in found.headline
        assert f"“{report.names[report.right.key]}” costs" in found.scope
        assert not found.verdict
        right = str(report.right.kind.name)
        assert found.turns[0] == f"At the values put in “{right}” costs less; what turns that:"

    def test_it_says_how_much_more_it_may_be_too(self, lab: Lab) -> None:
        report = report_of(lab)
        half_usd = _now_usd(report) / 2
        found = led(report, -1_000.0, half_usd, right_share=0.8)
        assert f"between {formats.rounded_usd(half_usd)} less and $1,000 more." in found.headline

    def test_it_stays_open_where_draws_are_as_likely_as_not(self, lab: Lab) -> None:
        report = report_of(lab)
        assert led(report, -_now_usd(report) / 3, _now_usd(report) / 2, right_share=0.6).open


class TestTotalsOnly:
    def test_it_says_so_and_rounds_what_follows_from_them(self, catalog: None) -> None:
        lab = Lab.objects.create(name="totals", visitor_token="x")
        log = ProblemLog()
        totals = StatedTotals(vms=12, vcpu=48, memory_mib=200_000, disk_gib=4_096.0, hosts=2)
        create_estate(lab, assemble(inventory_of(totals, "All", log), log))
        report = report_of(lab)
        result = outcome(report.left, report.right, report.question.values)
        for found in (answer(report), sure_answer(report)):
            assert found.headline.startswith("From totals only. ")
            assert formats.usd(result.saved_usd, 0) not in f"{found.sentence} {found.why}"
        assert f"about {formats.rounded_usd(result.saved_usd, 2)}" in answer(report).headline

    def test_it_says_amounts_to_the_dollar_where_vms_are_listed(self, lab: Lab) -> None:
        report = report_of(lab)
        result = outcome(report.left, report.right, report.question.values)
        assert formats.usd(result.saved_usd, 0) in answer(report).headline
        assert "totals" not in answer(report).headline
