"""What an import says of itself: the file's own totals beside ours, missing columns, rows left out."""

from pathlib import Path
from typing import Any

import pytest

from hosts.inventory.reading import Reading, read_file
from hosts.inventory.report.fields import missing_fields
from hosts.inventory.report.totals import totals_of
from hosts.pages.imports.report import checks
from tests.hosts.inventory.files import VINFO, VINFO_ROW, csv_text
from tests.hosts.inventory.formats.tables import (
    AWS_HUB,
    DISK_INFO,
    EC2,
    EVALUATOR,
    HYPER_V,
    NUTANIX,
    PROXMOX,
    VM_INFO,
    read,
)

CASES = Path(__file__).parent / "cases"
HEAD = [*VINFO, "Annotation", "SRM Placeholder"]


def row(name: str, vcpu: object = 2, memory: object = 4096, *, placeholder: str = "False") -> list[object]:
    return [name, "poweredOn", "False", vcpu, memory, *VINFO_ROW[5:], "call Bob", placeholder]


def totals(reading: Reading) -> dict[str, Any]:
    found = totals_of(reading.inventory, reading.tally, reading.log)
    assert found
    return found


class TestTotals:
    @pytest.mark.parametrize("text", [AWS_HUB, EC2, EVALUATOR, HYPER_V, NUTANIX, PROXMOX])
    def test_it_agrees_with_the_cells_of_every_kind(self, tmp_path: Path, text: str) -> None:
        found = checks(totals(read(tmp_path, x=text)))
        assert found
        assert found.agrees

    def test_it_agrees_where_disks_stand_in_a_table_of_their_own(self, tmp_path: Path) -> None:
        found = totals(read(tmp_path, vmInfo=VM_INFO, diskInfo=DISK_INFO))
        assert (found["file"]["disk_gib"], found["read"]["disk_gib"]) == (250.0, 250.0)

    def test_it_sums_the_tab_of_disks_where_vms_have_no_column_for_them(self, tmp_path: Path) -> None:
        bad: list[object] = ["bad", "poweredOn", "False", -1, *VINFO_ROW[4:]]
        vms = [[*head[:5], *head[7:]] for head in (VINFO, VINFO_ROW, bad)]
        disks: list[list[object]] = [["VM", "Capacity MiB"], ["web-01", 10_240], ["web-01", 20_480], ["bad", 1_024]]
        found = totals(read(tmp_path, x_tabvInfo=csv_text(vms), x_tabvDisk=csv_text(disks)))
        assert (found["file"]["disk_gib"], found["read"]["disk_gib"], found["disk_column"]) == (31.0, 30.0, "vDisk")
        assert found["left_out"]["negative"]["disk_gib"] == 1.0

    def test_it_explains_each_difference_by_its_reason(self, tmp_path: Path) -> None:
        rows = [row("a"), row("b", vcpu=-4), row("c", placeholder="True"), row("a"), row("", memory=1000)]
        found = totals(read(tmp_path, vInfo=csv_text([HEAD, *rows])))
        assert found["file"] == {"vms": 5, "vcpu": 4.0, "memory_mib": 17_384.0, "disk_gib": 250.0}
        assert {reason: sums["vms"] for reason, sums in found["left_out"].items()} == {
            "negative": 1,
            "duplicate-row": 1,
            "name-missing": 1,
        }
        assert found["read"] == {"vms": 2, "vcpu": 4.0, "memory_mib": 8192.0, "disk_gib": 100.0}
        shown = checks(found)
        assert shown
        assert shown.agrees

    def test_it_says_where_a_difference_is_not_explained(self, tmp_path: Path) -> None:
        reading = read(tmp_path, vInfo=csv_text([HEAD, row("a"), row("b")]))
        reading.inventory.vms[0].memory_mib //= 2
        shown = checks(totals(reading))
        assert shown
        assert not shown.agrees
        assert shown.unexplained == 0.25

    def test_it_keeps_the_workbooks_of_a_zip_apart(self) -> None:
        path = CASES / "31_zip_of_xlsx.zip"
        reading = read_file(path, path.name)
        found = totals(reading)
        assert {vm.tab for vm in reading.inventory.vms} <= {key[0] for key in reading.tally.rows}
        assert found["left_out"] == {}
        shown = checks(found)
        assert shown
        assert shown.agrees

    def test_it_explains_what_is_provisioned_for_swap(self, tmp_path: Path) -> None:
        vms: list[list[object]] = [
            ["VM", "Powerstate", "CPUs", "Memory", "Provisioned MiB"],
            ["a", "poweredOn", 2, 4096, 54_096],
        ]
        found = totals(read(tmp_path, vInfo=csv_text(vms)))
        assert found["apart_gib"] == 4.0
        shown = checks(found)
        assert shown
        assert shown.agrees
        assert shown.explained

    def test_it_counts_templates_apart(self, tmp_path: Path) -> None:
        template = row("t")
        template[2] = "True"
        found = totals(read(tmp_path, vInfo=csv_text([HEAD, row("a"), template])))
        assert (found["read"]["vms"], found["templates"]["vms"]) == (2, 1)


class TestColumns:
    def test_it_names_what_a_kind_does_not_have(self, tmp_path: Path) -> None:
        missing = missing_fields(read(tmp_path, hub=AWS_HUB).inventory)
        assert {"disk", "disk_used", "host", "cluster"} <= set(missing)
        assert {"name", "vcpu", "memory", "cpu_mean", "memory_peak"}.isdisjoint(missing)

    def test_it_knows_a_field_under_another_name(self, tmp_path: Path) -> None:
        assert "disk" not in missing_fields(read(tmp_path, prism=NUTANIX).inventory)


class TestRowsLeftOut:
    def test_it_keeps_their_own_cells_but_no_notes(self, tmp_path: Path) -> None:
        (tab,) = read(tmp_path, vInfo=csv_text([HEAD, row("a"), row("b", vcpu="many")])).left_out
        assert (tab["tab"], tab["header"]) == ("vInfo.csv", [*VINFO, "SRM Placeholder"])
        ((number, code, cells),) = tab["rows"]
        assert (number, code, cells[0], cells[3]) == (3, "not-a-number", "b", "many")

    def test_it_keeps_nothing_where_every_row_was_read(self, tmp_path: Path) -> None:
        assert read(tmp_path, vInfo=csv_text([HEAD, row("a")])).left_out == []

    def test_it_finds_rows_again_that_were_told_twice_only_at_the_end(self, tmp_path: Path) -> None:
        (tab,) = read(tmp_path, vInfo=csv_text([HEAD, row("a"), row("a")])).left_out
        assert [(number, code) for number, code, _cells in tab["rows"]] == [(3, "duplicate-row")]


class TestDoubts:
    def test_it_asks_whether_mib_were_meant(self, tmp_path: Path) -> None:
        text = csv_text([["name", "vcpu", "memory_gib"], ["a", 4, 8192], ["b", 64, 2048], ["c", 4, 512]])
        kept = read(tmp_path, own=text).log.kept
        assert [problem.params["name"] for problem in kept if problem.code == "memory-large"] == ["a"]

    def test_it_takes_no_zero_for_a_demand(self, tmp_path: Path) -> None:
        head = ["name", "vcpu", "memory_gib", "cpu_mean_percent", "cpu_peak_percent"]
        text = csv_text([head, ["a", 4, 8, 0, 0], ["b", 4, 8, 0, 30], ["c", 4, 8, 1, 2]])
        reading = read(tmp_path, own=text)
        assert [vm.cpu_mean for vm in reading.inventory.vms] == [None, 0.0, 0.01]
        assert [vm.usage_from for vm in reading.inventory.vms] == ["", "file", "file"]
        assert reading.log.counts["usage-zero"] == 1
