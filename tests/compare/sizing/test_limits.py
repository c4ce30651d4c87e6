"""What types give disks and network lastingly, beside what workloads ask of them."""

from pathlib import Path

import numpy as np
import pytest

from hosts.inventory.reading import read_file
from hosts.models import VirtualMachine
from instances.catalog.queries import type_table
from instances.rules.risk import MEDIUM
from instances.rules.sizing_candidates import limits_of
from tests.compare.conftest import report_of
from tests.compare.sizing.conftest import OneVm, rows_of
from virtlab.compare.alternatives.sizing.demand import volume_count, volumes_needed
from virtlab.compare.bills.cloud.quantities import CloudQuantities
from virtlab.compare.bills.growth import Driver
from virtlab.compare.report.cash.flow import CashFlow
from virtlab.compare.report.cash.growth import growth_of
from virtlab.compare.report.workloads.power import shares_now, shares_rightsized
from virtlab.compare.report.workloads.rows import limits_sentence, workload_rows
from virtlab.labs.models import Lab, Workload

AZURE = (
    "Server name,Cores,Memory (In MB),OS name,Disk 1 size (In GB),Disk 1 read throughput (MB per second),"
    "Disk 1 write throughput (MB per second),Disk 1 read ops (operations per second),"
    "Disk 2 read throughput (MB per second),Network In throughput,Network Out throughput\n"
    "db,8,32768,Windows Server 2019,200,120,80,1500,10,30,20\nweb,2,4096,Ubuntu,40,,,,,,\n"
)
AWS = (
    "ExternalId,HostName,CPU.NumberOfLogicalCores,RAM.TotalSizeInMB,OS.Name,OS.Version,DiskReadsPerSecondInKB.Avg,"
    "DiskWritesPerSecondInKB.Avg,DiskReadsOpsPerSecond.Avg,NetworkReadsPerSecondInKB.Avg\n"
    "1,db,8,32768,Linux,1,84500,6500,28,2500\n"
)
OWN = "name,vcpu,memory_gib,disk_mb_per_s,disk_iops,network_mb_per_s\ndb,8,32,210,4000,50\n"


def _card(flow: CashFlow) -> int:
    (card,) = [one.first for one in flow.purchases if one.usd == 3_000]
    return card


@pytest.mark.parametrize(
    ("text", "asked"),
    [(AZURE, (210.0, 1500.0, 50.0)), (AWS, (91.0, 28.0, 2.5)), (OWN, (210.0, 4000.0, 50.0))],
)
def test_it_reads_what_inventories_say_of_disks_and_network(
    text: str, asked: tuple[float, ...], tmp_path: Path
) -> None:
    path = tmp_path / "estate.csv"
    path.write_text(text)
    vms = read_file(path, "estate.csv").inventory.vms
    assert (vms[0].disk_mb_per_s, vms[0].disk_iops, vms[0].network_mb_per_s) == pytest.approx(asked)
    assert all(vm.disk_mb_per_s is None and vm.network_mb_per_s is None for vm in vms[1:])


@pytest.mark.usefixtures("catalog")
def test_it_takes_the_lasting_figures_of_a_type() -> None:
    table = type_table("ap-northeast-1")
    throughput, iops, network, *volumes = limits_of(table)[table.row_of["m5.large"]]
    # Amazon EC2: m5.large has 650 Mbit/s and 3,600 IOPS of EBS lastingly, and 0.75 Gbit/s of network.
    assert (throughput, iops, network) == (650 / 8, 3600, 750 / 8)
    # 28 places in all, of which its first network interface takes one; of m7i.large 32 volumes, whatever else there is.
    assert volumes == [27, 27]
    assert limits_of(table)[table.row_of["m7i.large"]][3:].tolist() == [np.inf, 32]


def test_it_chooses_a_type_that_gives_what_disks_ask(lab: Lab) -> None:
    before = rows_of(lab)["web-0"]
    Workload.objects.filter(name="web-0").update(disk_mb_per_s=400.0)
    Lab.objects.filter(pk=lab.pk).update(revision=lab.revision + 1)
    lab.refresh_from_db()
    after, table = rows_of(lab)["web-0"], type_table("ap-northeast-1")
    given = limits_of(table)[:, 0]
    # With a fifth of headroom 480 MB/s.
    assert given[table.row_of[before.type]] < 480 <= given[table.row_of[after.type]]
    assert after.usd_per_month > before.usd_per_month


def test_it_says_where_no_type_gives_enough_and_of_how_many_it_was_asked(lab: Lab) -> None:
    Workload.objects.filter(name="web-0").update(disk_iops=9_000_000.0)
    Lab.objects.filter(pk=lab.pk).update(revision=lab.revision + 1)
    lab.refresh_from_db()
    row = rows_of(lab)["web-0"]
    assert (row.type, row.risk_text) == (
        "",
        "No type gives lastingly what it asks of disks or network. Left out of both totals.",
    )
    report = report_of(lab)
    assert "Of 1 of 5 workloads" in limits_sentence(report)
    assert np.isnan(report.estate.vms.disk_mb_per_s).all()


class TestVolumes:
    @pytest.mark.parametrize("right", ["same_size", "rightsized"])
    def test_it_chooses_a_type_that_takes_its_disks(self, one_vm: OneVm, right: str) -> None:
        report = report_of(one_vm(facts={"disks": 100, "nics": 1}), right=right)
        assert report.right.shape.machines == 1
        (row,) = workload_rows(report)
        name = row.same_size_type if right == "same_size" else row.type
        assert report.book.table.volumes[report.book.table.row_of[name]] >= 100

    def test_it_counts_network_adapters_where_the_limit_is_shared(self, one_vm: OneVm) -> None:
        few, many = (
            rows_of(one_vm(name, facts={"disks": 25, "nics": nics}), generations=0)[name]
            for name, nics in (("few", 1), ("many", 6))
        )
        table = type_table("ap-northeast-1")
        taken = table.row_of[many.type]
        assert not table.shared_volumes[taken] or table.volumes[taken] >= 25 + 5
        assert table.volumes[table.row_of[few.type]] >= 25

    def test_it_names_what_no_type_takes(self, one_vm: OneVm) -> None:
        report = report_of(one_vm(facts={"disks": 129}))
        assert report.not_carried == ("app",)
        (row,) = workload_rows(report)
        assert row.type == ""
        assert row.risk_text == "No type takes as many volumes as it has disks. Left out of both totals."

    def test_it_takes_several_volumes_for_more_than_one_holds(self, one_vm: OneVm) -> None:
        vms = report_of(one_vm(disk_gib=200_000.0)).estate.vms
        assert volumes_needed(vms).tolist() == [4.0]
        assert np.isnan(volumes_needed(report_of(one_vm("b")).estate.vms)).all()

    @pytest.mark.parametrize(
        ("disk_gib", "facts", "count", "said"),
        [(100.0, {}, 1, ""), (100.0, {"disks": 3}, 3, ""), (200_000.0, {}, 4, "Its disk takes 4 volumes.")],
    )
    def test_it_counts_the_same_volumes_everywhere(
        self, one_vm: OneVm, disk_gib: float, facts: dict[str, int], count: int, said: str
    ) -> None:
        report = report_of(one_vm(disk_gib=disk_gib, facts=facts), right="same_size", gp3_iops_per_volume=4_000)
        assert volume_count(report.estate.vms).tolist() == [count]
        (row,) = workload_rows(report)
        assert said in row.risk_text
        assert "volumes" not in row.risk_text or said
        (surcharge,) = [item for item in report.right.cost if item.key == "gp3_iops"]
        assert isinstance(report.right.shape.quantities, CloudQuantities)
        assert report.right.shape.quantities.volumes == count
        assert surcharge.amount > 0


class TestDevicesOfTheHost:
    @pytest.mark.parametrize("right", ["same_size", "rightsized", "containers"])
    def test_it_chooses_a_type_with_a_gpu(self, one_vm: OneVm, right: str) -> None:
        report = report_of(one_vm(facts={"passthrough": True}), right=right)
        table = report.book.table
        (row,) = workload_rows(report)
        assert report.right.shape.machines == 1
        assert report.right.shape.facts.get("containers", 0) == 0
        for name in (row.type, row.same_size_type):
            assert table.gpu[table.row_of[name]]
            assert not name.startswith(("g6f", "gr6f"))
        assert "only types with a GPU were looked at" in row.risk_text
        assert row.risk_level == MEDIUM

    @pytest.mark.parametrize("key", ["as_is", "consolidated", "refresh", "physical"])
    def test_it_has_a_card_on_hosts_too(self, one_vm: OneVm, key: str) -> None:
        asked = {"gpu_card_usd": 3_000, "existing_age_years": 10, "maintenance_pct": 10}
        side = report_of(one_vm(facts={"passthrough": True}), **asked).by_key[key]
        (card,) = [item for item in side.cost if item.key == "gpu_cards"]
        assert float(card.amount) == 50.0
        assert "one for each VM that uses a device of its host" in card.text
        plain = report_of(one_vm("plain"), **asked).by_key[key]
        assert "gpu_cards" not in {item.key for item in plain.cost}
        upkeep = [next(float(i.amount) for i in one.cost if i.key == "maintenance") for one in (side, plain)]
        assert upkeep[0] - upkeep[1] == pytest.approx(25.0, abs=0.02)

    def test_it_needs_no_card_while_it_is_off(self, one_vm: OneVm) -> None:
        lab = one_vm(facts={"passthrough": True})
        VirtualMachine.objects.filter(lab=lab).update(power_state="stopped")
        lab.revision += 1
        lab.save(update_fields=["revision"])
        for side in report_of(lab, existing_age_years=10).alternatives:
            assert "gpu_cards" not in {item.key for item in side.cost}

    @pytest.mark.parametrize("key", ["as_is", "refresh", "physical", "same_size-one_year", "rightsized-one_year"])
    def test_it_draws_the_same_on_hosts_and_in_the_cloud(self, one_vm: OneVm, key: str) -> None:
        lab = one_vm(facts={"passthrough": True})
        without, side = (report_of(lab, gpu_card_w=watts).by_key[key] for watts in (0, 100))
        assert side.shape.mean_w - without.shape.mean_w == pytest.approx(100)
        assert "gpu_card_w" in side.energy[0].rests_on
        plain = report_of(one_vm("plain")).by_key[key]
        assert "gpu_card_w" not in plain.energy[0].rests_on

    def test_it_gives_the_card_to_its_workload(self, one_vm: OneVm) -> None:
        report = report_of(one_vm(facts={"passthrough": True}))
        for shares in (shares_now(report), shares_rightsized(report)):
            assert shares.vm_w.sum() <= shares.total_w + 1e-9
            assert shares.vm_w.sum() > 72

    def test_it_pays_for_cards_that_are_there_at_their_refresh(self, one_vm: OneVm) -> None:
        report = report_of(one_vm(facts={"passthrough": True}), existing_age_years=2, gpu_card_usd=3_000)
        values = report.question.values
        first = {key: _card(CashFlow.of(report.by_key[key], values)) for key in ("as_is", "refresh")}
        assert first == {"as_is": 36, "refresh": 0}

    def test_it_buys_more_with_the_workloads(self, one_vm: OneVm) -> None:
        asked = {"gpu_card_usd": 3_000, "growth_pct_per_year": 20, "horizon_months": 12}
        report = report_of(one_vm(facts={"passthrough": True}), **asked)
        growth = growth_of(report.by_key["refresh"], report.question.values)
        assert sum(one.usd for one in growth.purchases if one.grows == Driver.WORK) == pytest.approx(600)

    def test_it_gives_no_gpu_to_what_has_none(self, one_vm: OneVm) -> None:
        table = type_table("ap-northeast-1")
        assert not table.accelerated[table.row_of[rows_of(one_vm())["app"].type]]

    def test_it_names_what_no_type_with_a_gpu_holds(self, one_vm: OneVm) -> None:
        report = report_of(one_vm(size=(4, 8_000), facts={"passthrough": True}), right="same_size")
        assert report.not_carried == ("app",)

    def test_it_makes_no_function_of_it(self, one_vm: OneVm) -> None:
        called = {"event_driven": True, "requests_per_month": 1e6, "request_duration_ms": 100.0}
        report = report_of(one_vm(facts={"passthrough": True}, **called), right="serverless")
        assert report.right.shape.facts["functions"] == 0
        assert report.right.shape.machines == 1
