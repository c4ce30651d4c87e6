"""Where the disks of an imported estate lie."""

from pathlib import Path

import pytest

from hosts.catalog.load import load_server_models
from hosts.inventory.reading import Reading, read_file
from hosts.inventory.write import clear_estate, create_estate
from hosts.live.live import live
from hosts.models import Datastore, VirtualMachine
from tests.hosts.inventory.files import VHOST, VHOST_ROW, VINFO, VINFO_ROW, workbook
from virtlab.labs.models import Lab
from virtlab.labs.services import delete_lab

VDATASTORE: list[object] = ["Name", "Type", "Capacity MiB", "In Use MiB", "Hosts"]
TIB = 1024


def machine(name: str, cluster: str, path: str, provisioned_gib: int = 100, used_gib: int = 50) -> list[object]:
    row = [name, *VINFO_ROW[1:5], provisioned_gib * 1024, used_gib * 1024, "DC1", cluster, f"esx-{cluster}"]
    return [*row, path]


def read(tmp_path: Path, vms: list[list[object]], stores: list[list[object]]) -> Reading:
    hosts = [[f"esx-{cluster}", "DC1", cluster, *VHOST_ROW[3:]] for cluster in ("C1", "C2")]
    tabs: dict[str, list[list[object]]] = {
        "vDatastore": [VDATASTORE, *stores],
        "vInfo": [[*VINFO, "Path"], *vms],
        "vHost": [VHOST, *hosts],
    }
    return read_file(workbook(tmp_path / "x.xlsx", tabs), "x.xlsx")


def stores_of(reading: Reading) -> dict[str, tuple[str, float, bool]]:
    return {row.name: (row.cluster, row.capacity_gib, row.assumed) for row in reading.inventory.datastores}


class TestNamed:
    def test_it_takes_name_and_size_from_the_export(self, tmp_path: Path) -> None:
        reading = read(
            tmp_path, [machine("web", "C1", "[san-1] web/web.vmx")], [["san-1", "VMFS", 2 * 1024**2, "", ""]]
        )
        assert stores_of(reading) == {"san-1": ("C1", 2 * TIB, False)}
        assert reading.inventory.vms[0].datastore == "san-1"

    def test_it_keeps_an_empty_datastore_of_hosts_it_knows(self, tmp_path: Path) -> None:
        stores: list[list[object]] = [
            ["san-1", "VMFS", 1024**2, "", "esx-c2.corp, other"],
            ["lost", "NFS", 1024**2, "", ""],
        ]
        vms = [machine("web", "C1", "[x] w"), machine("db", "C2", "[y] d")]
        reading = read(tmp_path, vms, stores)
        assert stores_of(reading)["san-1"] == ("C2", TIB, False)
        assert "lost" not in stores_of(reading)
        assert reading.log.counts["datastore-unused"] == 1

    def test_it_splits_one_that_serves_two_clusters_by_what_is_allocated(self, tmp_path: Path) -> None:
        vms = [machine("web", "C1", "[san] w", 300), machine("db", "C2", "[san] d", 100)]
        reading = read(tmp_path, vms, [["san", "VMFS", 4 * 1024**2, "", ""]])
        assert stores_of(reading) == {"san": ("C1", 3 * TIB, False), "san (C2)": ("C2", TIB, False)}
        assert [vm.datastore for vm in reading.inventory.vms] == ["san", "san (C2)"]

    def test_it_keeps_the_size_of_one_whose_vms_hold_more(self, tmp_path: Path) -> None:
        vms = [machine("web", "C1", "[san] w", 3000, 2048)]
        reading = read(tmp_path, vms, [["san", "VMFS", 1024**2, 512 * 1024, ""]])
        assert stores_of(reading) == {"san": ("C1", TIB, False)}
        assert [row.reduction for row in reading.inventory.datastores] == [4]
        assert reading.log.counts["data-reduction"] == 1
        assert reading.log.counts["datastore-overcommitted"] == 1

    def test_it_assumes_a_reduction_that_leaves_a_fifth_free_where_the_array_says_nothing(self, tmp_path: Path) -> None:
        reading = read(tmp_path, [machine("web", "C1", "[san] w", 3000, 2048)], [["san", "VMFS", 1024**2, "", ""]])
        [store] = reading.inventory.datastores
        assert (store.capacity_gib, store.reduction) == (TIB, 2048 / (TIB / 1.25))
        assert reading.log.counts["data-reduction-assumed"] == 1

    def test_it_takes_none_from_an_array_that_uses_more_than_its_vms_hold(self, tmp_path: Path) -> None:
        reading = read(tmp_path, [machine("web", "C1", "[san] w")], [["san", "VMFS", 1024**2, 200 * 1024, ""]])
        assert [row.reduction for row in reading.inventory.datastores] == [1]
        assert not reading.log.counts["data-reduction"]

    def test_it_gives_each_cluster_of_a_reduced_one_room_for_what_it_holds(self, tmp_path: Path) -> None:
        vms = [machine("thin", "C1", "[san] w", 3000, 100), machine("thick", "C2", "[san] d", 1000, 1000)]
        reading = read(tmp_path, vms, [["san", "VMFS", 512 * 1024, 512 * 1024, ""]])
        held = {"C1": 100, "C2": 1000}
        assert sum(row.capacity_gib for row in reading.inventory.datastores) == 512
        for row in reading.inventory.datastores:
            assert held[row.cluster] <= row.capacity_gib * row.reduction * (1 + 1e-9)

    @pytest.mark.parametrize("capacity", ["-5", "NaN", 1e30, "much", 0])
    def test_it_does_without_a_size_that_is_none(self, tmp_path: Path, capacity: object) -> None:
        reading = read(tmp_path, [machine("web", "C1", "[san] w")], [["san", "VMFS", capacity, "", ""]])
        assert stores_of(reading) == {"san": ("C1", TIB, True)}

    def test_it_leaves_out_a_row_without_a_name_and_a_second_one_of_a_name(self, tmp_path: Path) -> None:
        row: list[object] = ["san", "VMFS", 2 * 1024**2, "", ""]
        reading = read(tmp_path, [machine("web", "C1", "[san] w")], [row, row, ["", "VMFS", 1024**2, "", ""]])
        assert stores_of(reading) == {"san": ("C1", 2 * TIB, False)}
        assert (reading.log.counts["datastore-duplicate"], reading.log.counts["name-missing"]) == (1, 1)


class TestAssumed:
    def test_it_makes_up_one_for_each_cluster_that_names_none(self, tmp_path: Path) -> None:
        reading = read(tmp_path, [machine("web", "C1", "", 900), machine("db", "C2", "", 100)], [])
        assert stores_of(reading) == {"C1-datastore": ("C1", 2 * TIB, True), "C2-datastore": ("C2", TIB, True)}
        assert reading.log.counts["datastores-assumed"] == 2

    def test_it_puts_unnamed_machines_where_most_is_left(self, tmp_path: Path) -> None:
        stores: list[list[object]] = [[f"san-{n}", "VMFS", 1024**2, "", "esx-C1"] for n in (1, 2)]
        vms = [machine(name, "C1", "") for name in ("a", "b", "c", "d")]
        reading = read(tmp_path, vms, stores)
        assert sorted(vm.datastore for vm in reading.inventory.vms) == ["san-1", "san-1", "san-2", "san-2"]

    def test_it_holds_every_disk_of_the_real_estate(self, shared_data: Path) -> None:
        inventory = read_file(shared_data / "rvtools_805vm.xlsx", "rvtools_805vm.xlsx").inventory
        assert {row.cluster for row in inventory.datastores} == {cluster.name for cluster in inventory.clusters}
        for row in inventory.datastores:
            assert row.assumed
            assert row.capacity_gib >= 1.25 * sum(vm.disk_gib for vm in inventory.vms if vm.datastore == row.name)


@pytest.mark.django_db
class TestWritten:
    @pytest.fixture
    def lab(self, tmp_path: Path) -> Lab:
        load_server_models()
        lab = Lab.objects.create(name="Aiko's lab")
        vms = [machine("web", "C1", "[san] w"), machine("db", "C2", "")]
        create_estate(lab, read(tmp_path, vms, [["san", "VMFS", 1024**2, "", ""]]).inventory)
        return lab

    def test_it_gives_every_machine_a_datastore_of_its_cluster(self, lab: Lab) -> None:
        for vm in VirtualMachine.objects.filter(lab=lab).select_related("datastore"):
            assert vm.datastore
            assert vm.datastore.cluster_id == vm.cluster_id
        assert dict(lab.datastores.values_list("name", "assumed")) == {"san": False, "C2-datastore": True}

    def test_it_takes_what_the_export_says_with_swap_files_apart(self, tmp_path: Path) -> None:
        lab = Lab.objects.create(name="Imported")
        load_server_models()
        create_estate(lab, read(tmp_path, [machine("web", "C1", "[san] w")], []).inventory)
        [store] = live(lab).datastores.values()
        assert (store.taken_gib, store.memory_files_gib) == (50, 4)

    def test_it_names_each_hosts_rack_after_its_cluster(self, lab: Lab) -> None:
        assert dict(lab.hosts.values_list("name", "rack")) == {"esx-C1": "C1", "esx-C2": "C2"}

    def test_it_adds_a_second_file_to_the_datastores_it_names(self, lab: Lab, tmp_path: Path) -> None:
        vms = [machine("more", "C1", "[san] m"), machine("again", "C2", "")]
        create_estate(lab, read(tmp_path, vms, []).inventory)
        assert sorted(lab.datastores.values_list("name", flat=True)) == ["C2-datastore", "C2-datastore (2)", "san"]
        assert Datastore.objects.get(lab=lab, name="san").virtual_machines.count() == 2

    def test_it_can_be_cleared_and_deleted_with_linked_clones_in_it(self, lab: Lab) -> None:
        base, clone = lab.virtual_machines.all()
        VirtualMachine.objects.filter(pk=clone.pk).update(base=base)
        clear_estate(lab)
        assert not Datastore.objects.filter(lab=lab).exists()

    def test_it_can_be_deleted_with_its_lab(self, lab: Lab) -> None:
        base, clone = lab.virtual_machines.all()
        VirtualMachine.objects.filter(pk=clone.pk).update(base=base)
        delete_lab(lab)
        assert not Datastore.objects.exists()
