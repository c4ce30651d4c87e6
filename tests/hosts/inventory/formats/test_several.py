"""Several tables and files of one estate, read into one inventory."""

from pathlib import Path

import pytest

from hosts.inventory.reading import read_files
from hosts.inventory.refusals import UnreadableFileError
from hosts.inventory.uploads import Upload
from tests.hosts.inventory.files import VHOST, VHOST_ROW, VINFO, VINFO_ROW, archive, csv_text, rvtools
from tests.hosts.inventory.formats.tables import DISK_INFO, MGN, PERF_INFO, VM_INFO, read

OTHER_ROW = ["db-01", "poweredOn", "False", 4, 8192, 102_400, 51_200, "DC2", "C2", "esx-09"]
OWN = "name,vcpu,memory_gib,disk_gib\nshop,2,4,10\n"


class TestCompanions:
    def test_it_reads_googles_three_tables_into_one(self, tmp_path: Path) -> None:
        reading = read(tmp_path, perfInfo=PERF_INFO, vmInfo=VM_INFO, diskInfo=DISK_INFO)
        shop, db = reading.inventory.vms
        assert (shop.disk_gib, shop.disk_used_gib, db.disk_gib) == (150.0, 30.0, 100.0)
        assert (shop.cpu_mean, shop.cpu_peak, shop.memory_peak) == (0.3, 0.5, 0.4)
        assert "disk-assumed" not in reading.log.counts

    def test_it_does_not_take_some_disks_in_use_for_all(self, tmp_path: Path) -> None:
        shop = read(tmp_path, vmInfo=VM_INFO, diskInfo=DISK_INFO.replace("50,10", "50,")).inventory.vms[0]
        assert (shop.disk_used_gib, shop.disk_used_known) == (150.0, False)

    def test_it_adds_application_and_wave_of_an_mgn_sheet(self, tmp_path: Path) -> None:
        (vm,) = read(tmp_path, own=OWN, mgn=MGN).inventory.vms
        assert (vm.application, vm.wave, vm.os_text) == ("Payments", "Wave 3", "LINUX")

    @pytest.mark.parametrize(("text", "words"), [(MGN, "MGN"), (DISK_INFO, "diskInfo")])
    def test_it_says_what_a_table_without_sizes_needs(self, tmp_path: Path, text: str, words: str) -> None:
        with pytest.raises(UnreadableFileError, match="together with") as caught:
            read(tmp_path, alone=text)
        assert words in str(caught.value)

    def test_it_reads_the_tables_of_one_archive(self, tmp_path: Path) -> None:
        path = archive(tmp_path / "x.zip", {"vmInfo.csv": VM_INFO, "diskInfo.csv": DISK_INFO})
        assert read_files([Upload(path, "x.zip")]).inventory.vms[0].disk_gib == 150.0


class TestExports:
    def test_it_joins_the_exports_of_two_vcenters(self, tmp_path: Path) -> None:
        one, two = rvtools(tmp_path / "a.xlsx"), rvtools(tmp_path / "b.xlsx", vms=[OTHER_ROW], hosts=[])
        inventory = read_files([Upload(one, "a.xlsx"), Upload(two, "b.xlsx")]).inventory
        assert [(vm.name, vm.tab, vm.row) for vm in inventory.vms] == [
            ("web-01", "a.xlsx · vInfo", 2),
            ("db-01", "b.xlsx · vInfo", 2),
        ]
        assert (inventory.format, inventory.rows_read) == ("rvtools", 3)

    def test_it_joins_the_tabs_of_one_export_in_any_order(self, tmp_path: Path) -> None:
        tables = {"RVTools_tabvHost": csv_text([VHOST, VHOST_ROW]), "RVTools_tabvInfo": csv_text([VINFO, VINFO_ROW])}
        (host,) = read(tmp_path, **tables).inventory.hosts
        assert (host.name, host.cores, host.assumed) == ("esx-01", 12, False)

    def test_it_keeps_the_tabs_of_two_exports_together_by_their_names(self, tmp_path: Path) -> None:
        tables = {
            "osaka_tabvInfo": csv_text([VINFO, OTHER_ROW]),
            "tokyo_tabvHost": csv_text([VHOST, VHOST_ROW]),
            "tokyo_tabvInfo": csv_text([VINFO, VINFO_ROW]),
        }
        vms = read(tmp_path, **tables).inventory.vms
        assert {(vm.name, vm.tab) for vm in vms} == {
            ("db-01", "osaka_tabvInfo.csv"),
            ("web-01", "tokyo_tabvInfo.csv"),
        }

    def test_it_joins_different_kinds(self, tmp_path: Path) -> None:
        inventory = read(tmp_path, own=OWN, vInfo=csv_text([VINFO, VINFO_ROW])).inventory
        assert (inventory.format, {vm.name for vm in inventory.vms}) == ("several", {"shop", "web-01"})

    def test_it_takes_traces_beside_an_inventory(self, tmp_path: Path) -> None:
        reading = read(tmp_path, own=OWN, trace="vm,time,cpu_percent\nshop,2026-07-01 00:00,40\n")
        assert reading.traces is not None
        assert (reading.traces.names, len(reading.inventory.vms)) == (["shop"], 1)

    def test_it_refuses_all_where_one_is_not_understood(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableFileError, match="no known format"):
            read(tmp_path, own=OWN, other="a,b\n1,2\n")
