"""What inventories state of VMs besides their sizes: kept as words of closed lists, numbers and truth values."""

from pathlib import Path

import pytest

from hosts.inventory.reading import read_file
from hosts.inventory.rows import VmRow
from hosts.inventory.write import create_estate
from tests.hosts.inventory.files import VHOST, VHOST_ROW, VINFO, VINFO_ROW, Rows, workbook
from tests.hosts.inventory.test_flat import AZURE, read
from virtlab.labs.models import Lab

MORE = {
    "Connection state": "connected",
    "Consolidation Needed": "False",
    "NICs": 2,
    "Disks": 3,
    "FT State": "notConfigured",
    "Cluster rule(s)": "",
    "EFI Secure boot": "True",
    "Firmware": "efi",
    "HW version": "vmx-19",
}
FROM_VINFO = {
    "connected": True,
    "consolidation": False,
    "nics": 2,
    "disks": 3,
    "fault_tolerance": False,
    "affinity": False,
    "secure_boot": True,
    "firmware": "efi",
    "hardware": 19,
}
VDISK: list[object] = ["VM", "Disk", "Capacity MiB", "Raw", "Disk Mode", "Sharing mode", "Shared Bus"]


def facts_of(tmp_path: Path, tabs: dict[str, Rows], **cells: object) -> dict[str, object]:
    """The facts of the one VM of an RVTools export with these tabs, and these cells of vInfo instead of MORE's."""
    row = [*VINFO_ROW, *(MORE | cells).values()]
    tabs = {"vInfo": [[*VINFO, *MORE], row], "vHost": [VHOST, VHOST_ROW], **tabs}
    return dict(one(workbook(tmp_path / "x.xlsx", tabs)).facts)


def one(path: Path) -> VmRow:
    (vm,) = read_file(path, path.name).inventory.vms
    return vm


def test_it_keeps_what_vinfo_states(tmp_path: Path) -> None:
    assert facts_of(tmp_path, {}) == FROM_VINFO


def test_it_keeps_nothing_that_a_cell_does_not_say(tmp_path: Path) -> None:
    words = {"Firmware": "something", "FT State": "", "NICs": "", "HW version": "new", "Connection state": "?"}
    lacking = {"firmware", "fault_tolerance", "nics", "hardware", "connected"}
    assert facts_of(tmp_path, {}, **words) == {key: value for key, value in FROM_VINFO.items() if key not in lacking}


@pytest.mark.parametrize(
    ("cells", "fact", "value"),
    [
        ({"FT State": "running"}, "fault_tolerance", True),
        ({"Connection state": "orphaned"}, "connected", False),
        ({"Cluster rule(s)": "keep web apart"}, "affinity", True),
        ({"Consolidation Needed": "VRAI"}, "consolidation", True),
        ({"HW version": 8}, "hardware", 8),
    ],
)
def test_it_understands_the_words_of_vsphere(
    tmp_path: Path, cells: dict[str, object], fact: str, value: object
) -> None:
    assert facts_of(tmp_path, {}, **cells)[fact] == value


def test_it_counts_disks_by_what_they_are(tmp_path: Path) -> None:
    rows: Rows = [
        VDISK,
        ["web-01", "Hard disk 1", 40_960, "False", "persistent", "sharingNone", "noSharing"],
        ["web-01", "Hard disk 2", 81_920, "True", "independent_persistent", "sharingMultiWriter", "noSharing"],
        ["web-01", "Hard disk 3", 1_024, "False", "persistent", "sharingNone", "physicalSharing"],
    ]
    facts = facts_of(tmp_path, {"vDisk": rows})
    assert facts["largest_disk_gib"] == 80
    assert [facts[key] for key in ("disks", "raw_disks", "shared_disks", "independent_disks")] == [3, 1, 2, 1]


def test_it_knows_none_where_a_tab_lists_none_and_nothing_without_the_tab(tmp_path: Path) -> None:
    tabs: dict[str, Rows] = {
        "vSnapshot": [["VM", "Name", "Size MiB (total)"], ["web-01", "before", 10], ["web-01", "after", 20]],
        "vUSB": [["VM", "Device Node", "Device type"], ["web-01", "USB controller 1", "controller"]],
        "vCD": [["VM", "Device Node", "Connected"], ["web-01", "CD/DVD drive 1", "True"]],
        "vTools": [["VM", "Tools"], ["web-01", "toolsOld"]],
    }
    facts = facts_of(tmp_path, tabs)
    assert (facts["snapshots"], facts["usb_devices"], facts["cd_connected"], facts["tools"]) == (2, 0, 1, "old")
    assert not facts_of(tmp_path, {}).keys() & {"snapshots", "usb_devices", "cd_connected", "tools", "raw_disks"}


def test_it_reads_columns_of_lists(tmp_path: Path) -> None:
    row = "app01,10.0.0.4,4,16384,Red Hat Enterprise Linux 8,8.9,x64,Virtual,VMware,18,45,2,40,100,5,60"
    (vm,) = read(tmp_path, AZURE, row).inventory.vms
    assert vm.facts == {"disks": 2, "largest_disk_gib": 100}
    (vm,) = read(tmp_path, f"{AZURE},Firmware type", f"{row},UEFI").inventory.vms
    assert vm.facts["firmware"] == "efi"
    own = "name,vcpu,memory_gib,raw_disks,vtpm,passthrough,fault_tolerance,snapshots"
    (vm,) = read(tmp_path, own, "a,2,4,1,yes,no,,").inventory.vms
    assert vm.facts == {"raw_disks": 1, "vtpm": True, "passthrough": False}
    hyper_v = "VMName,ProcessorCount,MemoryStartup,State,Generation,ParentCheckpointName"
    (vm,) = read(tmp_path, hyper_v, "b,2,4294967296,Running,2,before the update").inventory.vms
    assert vm.facts == {"firmware": "efi", "snapshots": 1}


def test_it_keeps_no_text_of_a_file(tmp_path: Path) -> None:
    kept = facts_of(tmp_path, {}, **{"Cluster rule(s)": "secret-name", "Firmware": "secret-name"})
    assert "secret-name" not in str(kept)


@pytest.mark.django_db
def test_it_writes_them_into_the_lab(tmp_path: Path, catalog: None) -> None:
    row = [*VINFO_ROW, *MORE.values()]
    path = workbook(tmp_path / "x.xlsx", {"vInfo": [[*VINFO, *MORE], row], "vHost": [VHOST, VHOST_ROW]})
    lab = Lab.objects.create(name="x")
    create_estate(lab, read_file(path, path.name).inventory)
    assert lab.virtual_machines.get().facts == FROM_VINFO
