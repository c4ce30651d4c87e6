"""A newer state of an estate: VMs are recognised by what identifies them, whatever they are called now."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from hosts.inventory import selectors
from hosts.inventory.packing import pack, unpack
from hosts.inventory.pseudonyms import anonymised
from hosts.inventory.reading import read_file
from hosts.inventory.recognition.vms import Known, is_another, recognised
from hosts.inventory.update import update_estate
from hosts.inventory.write import create_estate
from hosts.models import VirtualMachine
from tests.hosts.inventory.files import text_file
from virtlab.labs.models import Lab, Trace

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
    copies = [Known("a", "u", "vc"), Known("b", "u", "vc")]
    assert recognised(copies, list(reversed(copies))) == {0: 1, 1: 0}
    assert recognised([Known("c", "u", "vc")], copies) == {}
    assert recognised([Known("a", "x", "vc"), Known("b", "u", "vc")], copies[:1]) == {1: 0}
    assert recognised([Known("a")], [Known("A", "u")]) == {0: 0}


@pytest.mark.parametrize(
    ("read", "there"),
    [
        (Known("web_replica", "u", "vc-dr"), Known("web", "u", "vc-prod")),
        (Known("web", "u", "vc-dr"), Known("web", "u", "vc-prod")),
        (Known("web", "", "vc-dr"), Known("web", "", "vc-prod")),
        (Known("web_replica", "u"), Known("web", "u", "vc-prod")),
        (Known("web_replica", "u"), Known("web", "u")),
    ],
    ids=["replica", "of one name", "without identities", "of a vCenter not named", "none is named"],
)
def test_it_takes_no_machine_of_another_vcenter_for_one_that_is_there(read: Known, there: Known) -> None:
    assert recognised([read], [there]) == {}


@pytest.mark.parametrize(
    ("first", "second"), [("u-1,vm-1", "u-2,vm-2"), (",vm-12", ",vm-13")], ids=["UUIDs", "VM IDs without UUIDs"]
)
def test_it_adds_the_replicas_of_another_vcenter(lab: Lab, tmp_path: Path, first: str, second: str) -> None:
    header = HEADER.replace("VM UUID", "VM UUID,VM ID")
    for vcenter, ending, update in (("vc-prod", "", False), ("vc-dr", "_replica", True)):
        rows = [row(f"{name}{ending}", known, 2, vcenter) for name, known in (("web", first), ("db", second))]
        path = text_file(tmp_path / "vInfo.csv", "\n".join([header, *rows]) + "\n")
        vms = take(lab, path, update=update)
    assert {name for name, _workload, _vcpu in vms} == {"web", "db", "web_replica", "db_replica"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a": 1, "b": 2}, {"b": 1, "a": 2}),
        ({"a": 1, "b": 2, "c": 3}, {"b": 1, "c": 2, "a": 3}),
        ({"app": 1, "app-old": 2}, {"app": 3, "app-old": 1, "app-older": 2}),
    ],
    ids=["two change names", "three do", "a chain"],
)
def test_it_gives_names_that_go_round(lab: Lab, tmp_path: Path, before: dict[str, int], after: dict[str, int]) -> None:
    for estate, update in ((before, False), (after, True)):
        path = export(tmp_path, *(row(name, f"u-{vm}", vm) for name, vm in estate.items()))
        vms = take(lab, path, update=update)
    assert vms == {(name, name, vm) for name, vm in after.items()}


def test_it_numbers_a_new_name_that_one_besides_has(lab: Lab, tmp_path: Path) -> None:
    take(lab, export(tmp_path, row("a", "u-1", 1), row("b", "u-2", 2), row("c", "u-3", 3)))
    vms = take(lab, export(tmp_path, row("c", "u-1", 1), row("a", "u-2", 2)), update=True)
    assert vms == {("c (2)", "c (2)", 1), ("a", "a", 2), ("c", "c", 3)}


def test_it_keeps_identities_that_a_file_does_not_give(lab: Lab, tmp_path: Path) -> None:
    take(lab, export(tmp_path, row("web", "u-1")))
    take(lab, text_file(tmp_path / "own.csv", "name,vcpu,memory_gib\nweb,4,8\n"), update=True)
    assert take(lab, export(tmp_path, row("shop", "u-1", 8)), update=True) == {("shop", "shop", 8)}


@pytest.mark.parametrize(("uuid", "kind"), [("u-2", "synthetic"), ("u-1", "measured"), ("", "measured")])
def test_it_gives_nothing_measured_to_another_machine(lab: Lab, tmp_path: Path, uuid: str, kind: str) -> None:
    take(lab, export(tmp_path, row("a", "u-1")))
    Trace.objects.update(kind="measured")
    reading = read_file(export(tmp_path, row("a", uuid, 16)), "vInfo.csv")
    assert selectors.encounter(lab, unpack(pack(reading))).other_machines == (kind == "synthetic")
    update_estate(lab, reading.inventory)
    assert Trace.objects.get().kind == kind


def test_it_does_not_hold_a_uuid_against_an_id() -> None:
    uuid = "4211d6a1-0f6c-2a5e-9f0e-0242ac120002"
    assert not is_another(Known("a", uuid), Known("a", "vm-12"))
    assert is_another(Known("a", uuid), Known("a", uuid.replace("4", "5")))


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
