"""VMs, hosts, clusters and datastores are told apart by what identifies them, not by their names."""

from pathlib import Path

import pytest

from hosts.inventory.reading import Reading, read_file
from tests.hosts.inventory.files import VHOST, VHOST_ROW, VINFO, VINFO_ROW, Rows, archive, csv_text, workbook
from tests.hosts.inventory.truth.cases import reading_of, vms_of

IDENTIFIED = [*VINFO, "VM UUID", "VM ID", "VI SDK Server"]


def vm(name: str, uuid: str, vm_id: str = "", vcenter: str = "", host: str = "esx-01") -> list[object]:
    return [name, *VINFO_ROW[1:9], host, uuid, vm_id, vcenter]


def read(tmp_path: Path, vms: Rows, **tabs: Rows) -> Reading:
    vhost = tabs.pop("vHost", [VHOST, VHOST_ROW])
    sheets = {"vInfo": [IDENTIFIED, *vms], "vHost": vhost, **tabs}
    return read_file(workbook(tmp_path / "x.xlsx", sheets), "x.xlsx")


def names(reading: Reading) -> list[str]:
    return [vm.name for vm in reading.inventory.vms]


class TestRowsOfOtherTabs:
    def test_it_gives_each_of_two_vms_of_one_name_its_own_disks_and_cpu(self) -> None:
        vms = vms_of("dup_names_vdisk.zip")
        assert [(vm.disk_gib, round(vm.cpu_mean or 0, 3)) for vm in vms.values()] == [
            (100, 0.071),
            (500, 0.714),
            (10, 0.024),
        ]
        assert [(vm.name, vm.cluster) for vm in vms.values()] == [("app", "A"), ("app (2)", "B"), ("solo", "B")]

    def test_it_joins_by_vm_id_and_vcenter_where_a_tab_has_no_uuid(self, tmp_path: Path) -> None:
        vms = [vm("app", "u1", "vm-1", "vc-a"), vm("app", "u2", "vm-1", "vc-b")]
        cpus: Rows = [
            ["VM", "Overall", "VM ID", "VI SDK Server"],
            ["app", 200, "vm-1", "vc-b"],
            ["app", 100, "vm-1", "vc-a"],
        ]
        reading = read(tmp_path, vms, vCPU=cpus, vHost=[[*VHOST, "Speed"], [*VHOST_ROW, 1000]])
        assert [vm.cpu_mean for vm in reading.inventory.vms] == [0.05, 0.1]

    def test_it_uses_no_row_that_may_be_of_either_of_two(self, tmp_path: Path) -> None:
        vms = [vm("app", "u1"), vm("app", "u2")]
        reading = read(tmp_path, vms, vMemory=[["VM", "Active"], ["app", 1024]])
        assert [vm.memory_mean for vm in reading.inventory.vms] == [None, None]
        assert reading.log.counts["owner-unclear"] == 1

    def test_it_leaves_out_a_row_of_another_vm_of_that_name(self, tmp_path: Path) -> None:
        reading = read(tmp_path, [vm("app", "u1")], vMemory=[["VM", "Active", "VM UUID"], ["app", 1024, "u9"]])
        assert reading.inventory.vms[0].memory_mean is None

    def test_it_counts_the_rows_of_a_vm_that_is_listed_twice_once(self, tmp_path: Path) -> None:
        vms = [vm("app", "u1"), vm("app", "u1")]
        reading = read(tmp_path, vms, vMemory=[["VM", "Active", "VM UUID"], ["app", 1024, "u1"]])
        assert [vm.memory_mean for vm in reading.inventory.vms] == [0.25]


class TestOneVm:
    def test_it_knows_a_vm_under_another_name_by_its_uuid(self, tmp_path: Path) -> None:
        reading = read(tmp_path, [vm("app", "u1", "vm-1"), vm("app-old", "U1", "vm-1")])
        assert names(reading) == ["app"]
        assert [problem.row for problem in reading.log.kept if problem.code == "renamed-row"] == [3]

    @pytest.mark.parametrize(
        ("vm_id", "vcenter"), [("vm-2", "vc-a"), ("vm-1", "vc-b")], ids=["another VM ID", "another vCenter"]
    )
    def test_it_keeps_a_copy_that_has_the_uuid_of_its_original(self, tmp_path: Path, vm_id: str, vcenter: str) -> None:
        reading = read(tmp_path, [vm("app", "u1", "vm-1", "vc-a"), vm("copy", "u1", vm_id, vcenter)])
        assert names(reading) == ["app", "copy"]
        assert reading.log.counts["uuid-twice"] == 1

    def test_it_tells_vms_of_one_name_apart_by_vm_id_alone(self, tmp_path: Path) -> None:
        reading = read(tmp_path, [vm("app", "", "vm-1"), vm("app", "", "vm-2"), vm("app", "", "vm-1")])
        assert names(reading) == ["app", "app (2)"]
        assert reading.log.counts["duplicate-row"] == 1


class TestSeveralVcenters:
    def test_it_keeps_clusters_and_hosts_of_one_name_two(self) -> None:
        inventory = reading_of("two_vcenters.csv").inventory
        assert [cluster.name for cluster in inventory.clusters] == ["Prod (vc-a)", "Prod (vc-b)"]
        assert [(host.name, host.cluster) for host in inventory.hosts] == [
            ("esx01 (vc-a)", "Prod (vc-a)"),
            ("esx01 (vc-b)", "Prod (vc-b)"),
        ]
        assert [(vm.name, vm.vcpu, vm.host) for vm in inventory.vms] == [
            ("app", 4, "esx01 (vc-a)"),
            ("app (2)", 8, "esx01 (vc-b)"),
        ]

    def test_it_finds_the_host_of_the_vms_vcenter(self, tmp_path: Path) -> None:
        vms = [vm("a", "u1", "", "vc-a.corp", "esx-01"), vm("b", "u2", "", "vc-b.corp", "esx-01.corp")]
        hosts = [[*VHOST, "VI SDK Server"]]
        hosts += [["esx-01.corp", *VHOST_ROW[1:], "vc-a.corp"], ["esx-01.corp", *VHOST_ROW[1:], "vc-b.corp"]]
        inventory = read(tmp_path, vms, vHost=hosts).inventory
        assert [(vm.name, vm.host) for vm in inventory.vms] == [
            ("a", "esx-01.corp (vc-a.corp)"),
            ("b", "esx-01.corp (vc-b.corp)"),
        ]
        assert len(inventory.hosts) == 2
        assert [cluster.name for cluster in inventory.clusters] == ["C1 (vc-a.corp)", "C1 (vc-b.corp)"]

    def test_it_takes_hosts_that_name_no_vcenter_as_that_of_their_vms(self, tmp_path: Path) -> None:
        vms = [vm("a", "u1", "", "vc-a"), vm("b", "u2", "", "vc-b", "esx-02")]
        hosts = [VHOST, VHOST_ROW, ["esx-02", *VHOST_ROW[1:]]]
        inventory = read(tmp_path, vms, vHost=hosts).inventory
        assert [(host.name, host.cluster) for host in inventory.hosts] == [
            ("esx-01", "C1 (vc-a)"),
            ("esx-02", "C1 (vc-b)"),
        ]

    def test_it_keeps_vms_without_a_cluster_apart(self, tmp_path: Path) -> None:
        vms = [["a", *VINFO_ROW[1:8], "", "", "u1", "", "vc-a"], ["b", *VINFO_ROW[1:8], "", "", "u2", "", "vc-b"]]
        text = csv_text([IDENTIFIED, *vms])
        path = archive(tmp_path / "x.zip", {"RVTools_tabvInfo.csv": text})
        clusters = read_file(path, "x.zip").inventory.clusters
        assert [cluster.name for cluster in clusters] == ["Standalone (vc-a)", "Standalone (vc-b)"]


class TestDatastores:
    def test_it_tells_two_of_one_name_apart_by_object_id(self) -> None:
        inventory = reading_of("datastores_reduced_twins.xlsx").inventory
        found = [(row.name, row.cluster, row.capacity_gib, row.used_gib) for row in inventory.datastores]
        assert found == [("vsanDatastore", "C-East", 800, 540), ("vsanDatastore (2)", "C-West", 800, 540)]
        assert {(vm.cluster, vm.datastore) for vm in inventory.vms} == {
            ("C-East", "vsanDatastore"),
            ("C-West", "vsanDatastore (2)"),
        }

    def test_it_knows_one_that_two_vcenters_list_by_its_url(self, tmp_path: Path) -> None:
        vinfo: Rows = [
            [*IDENTIFIED, "Path"],
            [*vm("a", "u1", "", "vc-a"), "[nfs] a"],
            [*vm("b", "u2", "", "vc-b"), "[nfs] b"],
        ]
        stores: Rows = [
            ["Name", "Capacity MiB", "Object ID", "URL", "VI SDK Server"],
            ["nfs", 2 * 1024**2, "datastore-1", "ds:///vmfs/volumes/11/", "vc-a"],
            ["nfs", 2 * 1024**2, "datastore-9", "ds:///vmfs/volumes/11/", "vc-b"],
        ]
        path = workbook(tmp_path / "x.xlsx", {"vInfo": vinfo, "vDatastore": stores})
        inventory = read_file(path, "x.xlsx").inventory
        assert sum(row.capacity_gib for row in inventory.datastores) == 2048

    def test_it_gives_a_vm_no_datastore_of_another_vcenter(self, tmp_path: Path) -> None:
        vinfo: Rows = [
            [*IDENTIFIED, "Path"],
            [*vm("a", "u1", "", "vc-a"), "[san] a"],
            [*vm("b", "u2", "", "vc-b"), "[san] b"],
        ]
        stores: Rows = [["Name", "Capacity MiB", "VI SDK Server"], ["san", 4 * 1024**2, "vc-a"]]
        path = workbook(tmp_path / "x.xlsx", {"vInfo": vinfo, "vDatastore": stores})
        inventory = read_file(path, "x.xlsx").inventory
        assert [(vm.name, vm.datastore) for vm in inventory.vms] == [("a", "san"), ("b", "san (vc-b)")]
        assert [(row.name, row.assumed) for row in inventory.datastores] == [("san", False), ("san (vc-b)", True)]
