"""A size rests on what is known of the demand, and says so."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from django.db.models import F

from hosts.inventory.assembly.assemble import assemble
from hosts.inventory.assembly.totals import StatedTotals, inventory_of
from hosts.inventory.problems import ProblemLog
from hosts.inventory.write import create_estate
from tests.compare.conftest import report_of
from tests.compare.sizing.conftest import CaseLab, OneVm, rows_of
from virtlab.compare.alternatives.sizing.demand import used_vcpu
from virtlab.compare.report.answer import answer
from virtlab.compare.report.evidence import Confidence, confidence_of
from virtlab.compare.report.workloads.rows import workload_rows
from virtlab.labs.models import Lab, Trace


class TestPeaks:
    def test_it_needs_at_least_the_stated_peaks(self, case: CaseLab) -> None:
        rows = rows_of(case("peak_ignored.csv"))
        assert rows["batch-01"].type_vcpu >= 16 * 0.95
        assert rows["batch-01"].type_memory_gib >= 64 * 0.98
        assert rows["batch-02"].type_vcpu < 16
        assert rows["batch-02"].type_memory_gib < 64
        assert rows["batch-01"].evidence_text == "stated mean and peak"

    def test_it_holds_the_stated_peak_in_cores(self, case: CaseLab) -> None:
        book = report_of(case("peak_ignored.csv")).book
        for purchase in ("on_demand", "one_year"):
            chosen = book.rightsized(purchase)
            cores = (book.table.vcpu * chosen.vcpu_worth)[chosen.row]
            assert (cores >= np.array([15.2, 1.92]) * chosen.demand_worth * 0.999).all()

    @pytest.mark.parametrize("mean", [0.9, 1.0])
    def test_it_never_chooses_a_type_that_is_short_at_the_percentile(self, one_vm: OneVm, mean: float) -> None:
        report = report_of(one_vm("app", (16, 64), measured=True, cpu_mean=mean))
        assert report.book.rightsized("one_year").cpu_over[0] <= 0.05
        assert report.book.same_size("one_year").cpu_over[0] > 0.5
        assert report.by_key["same_size-one_year"].shape.cpu.share > 1
        assert report.right.shape.cpu.share < 1

    def test_it_counts_a_stated_peak_on_hosts_too(self, case: CaseLab) -> None:
        peaks = used_vcpu(report_of(case("peak_ignored.csv")).book.basis, np.array([0, 1]))
        assert peaks[0] == pytest.approx(15.2)
        assert 1.92 <= peaks[1] < 4


class TestDisks:
    def test_it_says_of_how_many_nobody_knows_the_disks(self, one_vm: OneVm) -> None:
        known, unknown = (answer(report_of(one_vm(disk_gib=gib, disk_used_gib=gib))) for gib in (100.0, 0.0))
        assert "disks of" not in known.evidence
        assert "The disks of 1 of 1 workloads are not known" in unknown.evidence


class TestUnknown:
    def test_it_keeps_the_size_of_what_nobody_knows(self, one_vm: OneVm) -> None:
        lab = one_vm(cpu_mean=None, memory_mean=None, usage_from="")
        row = rows_of(lab)["app"]
        assert (row.type_vcpu, row.type_memory_gib) == (8, 32)
        assert row.evidence_text == "not known"
        assert "keeps today's vCPU and memory" in row.risk_text
        shrunk = rows_of(lab, unmeasured_demand=1)["app"]
        assert shrunk.type_vcpu < 8
        assert shrunk.risk == "medium"

    def test_it_takes_the_share_of_a_host_for_unknown(self, one_vm: OneVm) -> None:
        assert rows_of(one_vm(usage_from="host"))["app"].type_vcpu == 8

    @pytest.mark.parametrize(("mean", "risk"), [(0.02, "not assessed"), (1.0, "high")])
    def test_it_signs_no_low_risk_for_what_nobody_knows(self, one_vm: OneVm, mean: float, risk: str) -> None:
        row = rows_of(one_vm(usage_from="host", cpu_mean=mean))["app"]
        assert row.risk == risk
        assert ("if it uses what is assumed" in row.risk_text) is (mean == 1.0)

    def test_it_keeps_memory_that_nobody_stated(self, one_vm: OneVm) -> None:
        row = rows_of(one_vm(memory_mean=None))["app"]
        assert row.type_vcpu < 8
        assert row.type_memory_gib >= 32


class TestMemory:
    def test_it_calls_no_risk_low_where_the_guest_was_not_asked(self, one_vm: OneVm) -> None:
        outside = rows_of(one_vm(measured=True, cpu_mean=0.05, memory_mean=0.1))["app"]
        assert outside.type_memory_gib == 16
        assert outside.risk == "medium"
        assert "nobody asked the guest" in outside.risk_text

    def test_it_goes_by_what_the_guest_itself_needs(self, one_vm: OneVm) -> None:
        facts = {"cpu_mean": 0.05, "memory_mean": 0.1, "memory_seen_by": "guest"}
        inside = rows_of(one_vm(measured=True, **facts), burstable=0)["app"]
        assert inside.type_memory_gib < 16
        assert inside.risk == "low"

    @pytest.mark.parametrize("facts", [{"name": "prd-sql-01"}, {"application": "Oracle ERP"}, {"name": "hana7"}])
    def test_it_lets_databases_keep_their_memory(self, one_vm: OneVm, facts: dict[str, str]) -> None:
        lab = one_vm(measured=True, memory_mean=0.1, **facts)
        (row,) = rows_of(lab).values()
        (without,) = rows_of(lab, in_memory_keep=0).values()
        assert row.type_memory_gib >= 32 > without.type_memory_gib

    def test_it_takes_no_word_for_a_database_that_only_holds_its_letters(self, one_vm: OneVm) -> None:
        (row,) = rows_of(one_vm("decorator", measured=True, memory_mean=0.1)).values()
        assert row.type_memory_gib < 32


class TestSystems:
    @pytest.mark.parametrize("system", ["AIX 7.2", "Oracle Solaris 11", "HP-UX 11i"])
    def test_it_gives_no_type_to_a_system_that_does_not_run_there(self, one_vm: OneVm, system: str) -> None:
        row = rows_of(one_vm(operating_system="other", os_text=system))["app"]
        assert (row.type, row.risk) == ("", "not assessed")
        assert row.risk_text == f"{system} does not run on EC2. Left out of both totals."

    def test_it_does_not_assess_a_system_without_a_name(self, one_vm: OneVm) -> None:
        row = rows_of(one_vm(operating_system="other"))["app"]
        assert row.type
        assert row.risk == "not assessed"
        known = rows_of(one_vm(operating_system="other", os_text="FreeBSD 13"))["app"]
        assert known.risk != "not assessed"

    def test_it_hides_no_shortage_behind_an_unknown_system(self, one_vm: OneVm) -> None:
        facts = {"operating_system": "other", "cpu_mean": 1.0, "usage_from": "host"}
        row = rows_of(one_vm(**facts))["app"]
        assert row.risk == "high"
        assert "Short of CPU" in row.risk_text
        assert "whether it runs on EC2 was not assessed" in row.risk_text

    def test_it_says_that_a_windows_client_has_no_licence_there(self, one_vm: OneVm) -> None:
        row = rows_of(one_vm(operating_system="winclient", os_text="Microsoft Windows 10 (64-bit)"))["app"]
        assert "EC2 lends no licence" in row.risk_text
        assert row.risk == "medium"

    def test_it_says_how_many_volumes_a_disk_takes(self, case: CaseLab) -> None:
        assert "takes 2 volumes" in rows_of(case("edge_sizes.csv"))["disk80t"].risk_text


class TestConfidence:
    def test_it_counts_what_is_known_and_what_it_costs(self, one_vm: OneVm) -> None:
        report = report_of(one_vm(measured=True))
        confidence = report.confidence
        assert confidence.counts == {"measured": 1, "stated": 0, "unknown": 0}
        assert confidence.shares["measured"] == pytest.approx(1.0)
        assert confidence.sentence == "Demand of 1 workloads: 1 measured (2 days)."
        assert {row.key: row.right.mark for row in report.rows}["cost"] == "demand measured 100\N{NO-BREAK SPACE}%"

    def test_it_says_that_nothing_runs(self) -> None:
        nothing = Confidence(
            dict.fromkeys(("measured", "stated", "unknown"), 0), {}, (0.0, 0.0), kept=True, room_pct=None
        )
        assert nothing.sentence == "No workload runs, so that there is no demand to know."

    def test_it_says_how_far_prices_can_be_trusted(self, one_vm: OneVm) -> None:
        report = report_of(one_vm(measured=True))
        (row,) = workload_rows(report)
        assert report.confidence.prices == {row.kind: 1.0}
        assert "Their hourly prices:" in report.confidence.cost_sentence

    def test_it_shares_the_cost_by_evidence(self, case: CaseLab) -> None:
        report = report_of(case("peak_ignored.csv"))
        mixed = replace(report.estate.vms, evidence=np.array(["measured", "unknown"]))
        shares = confidence_of(mixed, report.book.rightsized("one_year"), report.question.values).shares
        rows = workload_rows(report)
        assert shares["measured"] == pytest.approx(rows[0].usd_per_month / sum(row.usd_per_month for row in rows))
        assert sum(shares.values()) == pytest.approx(1.0)


class TestTotalsOnly:
    def test_it_marks_an_estate_of_totals_and_keeps_its_sizes(self, catalog: None) -> None:
        lab = Lab.objects.create(name="totals", visitor_token="x")
        totals = StatedTotals(vms=12, vcpu=48, memory_mib=200_000, disk_gib=4_096.0, hosts=2)
        log = ProblemLog()
        create_estate(lab, assemble(inventory_of(totals, "All", log), log))
        report = report_of(lab)
        rows = workload_rows(report)
        confidence = confidence_of(
            report.estate.vms, report.book.rightsized(report.question.purchase), report.question.values
        )
        assert {row.evidence_text for row in rows} == {"totals only"}
        assert all(row.type_vcpu >= row.vcpu for row in rows)
        assert (confidence.totals_only, confidence.counts["unknown"]) == (12, 12)
        assert confidence.totals_sentence.startswith("Totals only: 12 of 12 workloads")

    def test_it_says_nothing_of_totals_where_vms_are_listed(self, one_vm: OneVm) -> None:
        report = report_of(one_vm())
        selection = report.book.rightsized(report.question.purchase)
        assert confidence_of(report.estate.vms, selection, report.question.values).totals_sentence == ""


class TestGaps:
    def test_it_says_what_share_of_the_samples_was_measured(self, one_vm: OneVm) -> None:
        lab = one_vm(measured=True, cpu_mean=0.05, memory_mean=0.1)
        Trace.objects.update(coverage=0.8)
        assert rows_of(lab)["app"].evidence_text.replace("\xa0", " ") == "measured, 2 days, 80 % of the samples"


class TestBriefly:
    """One sample, or a few minutes of them, is no measurement of a day's peak."""

    def brief(self, one_vm: OneVm, samples: int, **facts: Any) -> Lab:
        """A lab with one VM measured over so many samples of five minutes, with 7 of 8 vCPU in use in the last one."""
        lab = one_vm(measured=True, cpu_mean=0.05, memory_mean=0.1, **facts)
        cpu = np.full(samples, 0.2, dtype="<f4")
        cpu[-1] = 7.0
        memory = np.full(samples, 3.0, dtype="<f4").tobytes()
        Trace.objects.update(cpu_vcpu=cpu.tobytes(), memory_gib=memory, samples=samples, step_s=300)
        return lab

    @pytest.mark.parametrize(("samples", "said"), [(1, "5 min"), (288, "1 d")])
    def test_it_takes_a_short_trace_for_a_stated_peak(self, one_vm: OneVm, samples: int, said: str) -> None:
        lab = self.brief(one_vm, samples, memory_seen_by="guest")
        row, report = rows_of(lab)["app"], report_of(lab)
        assert row.evidence == "stated"
        assert row.evidence_text.replace("\xa0", " ") == f"measured for {said} only: counts as a stated mean and peak"
        assert row.type_vcpu >= 7
        assert row.type_memory_gib >= 16
        assert row.type[0] != "t"
        assert row.risk != "low"
        assert report.confidence.counts == {"measured": 0, "stated": 1, "unknown": 0}
        assert report.confidence.sentence.endswith("1 of them was measured too briefly and counts as stated.")

    def test_it_takes_as_few_samples_as_one_says(self, one_vm: OneVm) -> None:
        lab = self.brief(one_vm, 288, memory_seen_by="guest")
        row = rows_of(lab, measured_least_hours=24)["app"]
        assert (row.evidence, row.evidence_text) == ("measured", "measured, 1 day")
        assert row.type_vcpu < 7
        assert row.type_memory_gib < 16

    def test_it_counts_no_hours_that_were_bridged(self, one_vm: OneVm) -> None:
        lab = self.brief(one_vm, 2 * 288)
        assert rows_of(lab)["app"].evidence == "measured"
        Trace.objects.update(coverage=0.01)
        Lab.objects.update(revision=F("revision") + 1)
        lab.refresh_from_db()
        assert rows_of(lab)["app"].evidence == "stated"


def test_it_says_where_no_workload_becomes_a_function(one_vm: OneVm, lab: Lab) -> None:
    said = [report_of(one).by_key["serverless-one_year"].meaning for one in (one_vm(), lab)]
    assert ["No workload is marked so" in one for one in said] == [True, False]
