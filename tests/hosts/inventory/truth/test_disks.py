"""The size of disks is that of the disks: swap files and snapshots stand apart."""

from pathlib import Path

import pytest

from hosts.catalog.load import load_server_models
from hosts.inventory.reading import Reading, read_file
from hosts.inventory.write import create_estate
from hosts.live.live import live
from hosts.live.space import free_gib, why_no_space
from tests.hosts.inventory.files import workbook
from tests.hosts.inventory.truth.cases import reading_of, vms_of
from tests.support.invariants import require_possible_estate
from virtlab.compare.inputs.load import load
from virtlab.labs.models import Lab

HEADER: list[object] = ["VM", "Powerstate", "CPUs", "Memory", "Provisioned MiB", "In Use MiB", "Cluster", "Host"]
GIB = 1024


def read(tmp_path: Path, row: list[object], **tabs: list[list[object]]) -> Reading:
    return read_file(workbook(tmp_path / "x.xlsx", {"vInfo": [HEADER, row], **tabs}), "x.xlsx")


def running(provisioned_gib: float, in_use_gib: float, power: str = "poweredOn") -> list[object]:
    return ["web", power, 4, 16 * GIB, provisioned_gib * GIB, in_use_gib * GIB, "C", "h1"]


class TestSizes:
    def test_it_takes_the_total_of_the_disks_not_what_is_provisioned(self) -> None:
        vms = vms_of("provisioned_vs_disk.csv")
        assert {name: vm.disk_gib for name, vm in vms.items()} == {"thin": 100, "snap": 50}
        assert vms["snap"].disk_used_gib == 50
        assert vms["snap"].snapshot_gib == pytest.approx((60_000 - 4_096 - 51_200) / GIB)

    def test_it_takes_the_disks_of_vdisk_before_what_is_provisioned(self, tmp_path: Path) -> None:
        disks: list[list[object]] = [["VM", "Capacity MiB"], ["web", 60 * GIB], ["web", 40 * GIB]]
        [vm] = read(tmp_path, running(116, 66), vDisk=disks).inventory.vms
        assert (vm.disk_gib, vm.disk_used_gib) == (100, 50)

    def test_it_takes_swap_file_and_snapshots_off_what_is_provisioned(self, tmp_path: Path) -> None:
        snapshots: list[list[object]] = [["VM", "Size MiB (vmsn)", "Size MiB (total)"], ["web", 1, 10 * GIB]]
        reading = read(tmp_path, running(126, 76), vSnapshot=snapshots)
        [vm] = reading.inventory.vms
        assert (vm.disk_gib, vm.disk_used_gib, vm.snapshot_gib) == (100, 50, 10)
        assert reading.log.counts["disk-from-provisioned"] == 1

    @pytest.mark.parametrize(
        ("row", "disk_gib"),
        [(running(100, 50, "poweredOff"), 100), (running(100, 10), 100)],
        ids=["it is off", "less is in use than the file would be"],
    )
    def test_it_takes_no_swap_file_off_where_there_is_none(
        self, tmp_path: Path, row: list[object], disk_gib: float
    ) -> None:
        assert read(tmp_path, row).inventory.vms[0].disk_gib == disk_gib


@pytest.mark.django_db
class TestReducedDatastores:
    @pytest.fixture
    def lab(self) -> Lab:
        load_server_models()
        lab = Lab.objects.create(name="Yuto's lab")
        create_estate(lab, reading_of("datastores_reduced_twins.xlsx").inventory)
        return lab

    def test_it_shows_what_the_array_states(self, lab: Lab) -> None:
        for store in live(lab).datastores.values():
            assert (store.capacity_gib, store.reduction) == (800, 2)
            assert (store.taken_gib, store.free_gib, store.held_gib) == pytest.approx((540, 260, 1080))
            assert not store.is_full

    def test_it_buys_as_much_storage_as_the_arrays_have(self, lab: Lab) -> None:
        assert load(lab).bought_storage_gib == 2 * 800

    def test_it_is_a_possible_estate_with_room_for_what_the_array_would_reduce(self, lab: Lab) -> None:
        require_possible_estate(lab)
        store = lab.datastores.order_by("name")[0]
        assert free_gib(store, lab.lab_time()) == pytest.approx(520)
        assert why_no_space(store, 500, lab.lab_time()) is None
        assert why_no_space(store, 600, lab.lab_time()) is not None

    def test_it_charges_the_whole_of_a_reduced_datastore(self, lab: Lab) -> None:
        for store in live(lab).datastores.values():
            free_share = float(store.unused_usd_per_month / store.cost_usd_per_month)
            assert free_share == pytest.approx(1 - 3 * 344 / 1600, rel=0.01)  # swap files are not charged
