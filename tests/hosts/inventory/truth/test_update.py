"""A newer state of an estate: VMs are recognised by what identifies them, whatever they are called now."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from hosts.inventory import selectors
from hosts.inventory.assembly.names import Known, recognised
from hosts.inventory.packing import pack, unpack
from hosts.inventory.pseudonyms import anonymised
from hosts.inventory.reading import read_file
from hosts.inventory.update import update_estate
from hosts.inventory.write import create_estate
from hosts.models import VirtualMachine
from tests.hosts.inventory.files import text_file
from virtlab.labs.models import Lab

HEADER = "VM,Powerstate,CPUs,Memory,Total disk capacity MiB,VM UUID,VI SDK Server,Host,Cluster"


@pytest.fixture
def lab(dara: User, catalog: None) -> Lab:
    return Lab.objects.create(name="Estate", owner=dara)


def export(tmp_path: Path, *rows: str) -> Path:
    return text_file(tmp_path / "vInfo.csv", "\n".join([HEADER, *rows]) + "\n")


def row(name: str, uuid: str, vcpu: int = 2, vcenter: str = "vc") -> str:
    return f"{name},poweredOn,{vcpu},4096,1000,{uuid},{vcenter},srv-9,C"


def take(lab: Lab, path: Path, *, update: bool = False) -> set[tuple[str, str, int]]:
    """The lab's VMs, their workloads and vCPU after a file was accepted."""
    (update_estate if update else create_estate)(lab, read_file(path, path.name).inventory)
    vms = VirtualMachine.objects.filter(lab=lab).select_related("workload")
    return {(vm.name, vm.workload.name if vm.workload else "", vm.vcpu) for vm in vms}


def test_it_knows_a_vm_again_that_was_renamed(lab: Lab, tmp_path: Path) -> None:
    take(lab, export(tmp_path, row("old", "u-1"), row("stays", "u-9")))
    newer = export(tmp_path, row("new", "u-1", 4), row("old", "u-2", 8))
    assert take(lab, newer, update=True) == {("new", "new", 4), ("old", "old", 8), ("stays", "stays", 2)}


def test_it_keeps_two_vms_of_one_name_apart_in_whatever_order_they_come(lab: Lab, tmp_path: Path) -> None:
    first, second = row("app", "u-1", 2, "vc-a"), row("app", "u-2", 8, "vc-b")
    before = take(lab, export(tmp_path, first, second))
    assert before == {("app", "app", 2), ("app (2)", "app (2)", 8)}
    assert take(lab, export(tmp_path, second, first), update=True) == before


def test_it_goes_by_name_where_a_file_has_no_identities_or_others(lab: Lab, tmp_path: Path) -> None:
    take(lab, export(tmp_path, row("web", "u-1")))
    plain = text_file(tmp_path / "own.csv", "name,vcpu,memory_gib\nWEB,4,8\n")
    assert take(lab, plain, update=True) == {("web", "web", 4)}
    assert take(lab, export(tmp_path, row("web", "built-anew", 8)), update=True) == {("web", "web", 8)}


def test_it_takes_each_vm_once_and_names_only_where_identities_do_not_tell() -> None:
    copies = [Known("a", "u"), Known("b", "u")]
    assert recognised(copies, list(reversed(copies))) == {0: 1, 1: 0}
    assert recognised([Known("c", "u")], copies) == {}
    assert recognised([Known("a", "x"), Known("b", "u")], [Known("a", "u")]) == {1: 0}
    assert recognised([Known("a", "")], [Known("A", "u")]) == {0: 0}


def test_it_counts_beforehand_what_updating_will_find(lab: Lab, tmp_path: Path) -> None:
    take(lab, export(tmp_path, row("old", "u-1")))
    reading = read_file(export(tmp_path, row("new", "u-1")), "vInfo.csv")
    packed = unpack(pack(reading))
    assert selectors.encounter(lab, packed).afterwards("update").vms == 1


def test_it_keeps_no_identity_and_no_vcenter_where_names_are_replaced(lab: Lab, tmp_path: Path) -> None:
    path = export(tmp_path, row("web", "u-1", 2, "vc-a.corp"), row("db", "u-2", 2, "vc-b.corp"))
    packed = pack(anonymised(read_file(path, "vInfo.csv"), lab.pk))
    kept = str(unpack(packed))
    assert "vm-0001" in kept
    assert not [secret for secret in ("corp", "u-1", "web", "srv-9") if secret in kept]
