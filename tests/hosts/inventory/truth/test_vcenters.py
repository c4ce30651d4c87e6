"""vCenters that a file names otherwise than the lab: an update takes them as the lab's, and says so."""

from pathlib import Path
from uuid import UUID

import pytest
from django.contrib.auth.models import User

from hosts.inventory import selectors
from hosts.inventory.packing import pack, unpack
from hosts.inventory.reading import Reading, read_file, read_files
from hosts.inventory.recognition.vcenters import TakenAs, taken_as
from hosts.inventory.recognition.vms import Known
from hosts.inventory.selectors import Encounter
from hosts.inventory.update import update_estate
from hosts.inventory.uploads import Upload
from hosts.inventory.write import create_estate
from hosts.models import VirtualMachine
from tests.hosts.inventory.files import text_file
from virtlab.labs.models import Lab

HEADER = "VM,Powerstate,CPUs,Memory,Total disk capacity MiB,VM UUID,VI SDK Server,Host,Cluster"


@pytest.fixture
def lab(dara: User, catalog: None) -> Lab:
    return Lab.objects.create(name="Estate", owner=dara)


def uuid(number: int) -> str:
    return str(UUID(int=number + 10**30))


def export(tmp_path: Path, vcenter: str, names: list[str], name: str = "vInfo.csv") -> Path:
    """An export of VMs of which the first has the first UUID, and so on."""
    rows = [f"{vm},poweredOn,2,4096,1000,{uuid(number)},{vcenter},srv-9,C" for number, vm in enumerate(names)]
    return text_file(tmp_path / name, "\n".join([HEADER, *rows]) + "\n")


def reading(tmp_path: Path, vcenter: str, names: list[str]) -> Reading:
    return read_file(export(tmp_path, vcenter, names), "vInfo.csv")


def met(lab: Lab, newer: Reading) -> Encounter:
    return selectors.encounter(lab, unpack(pack(newer)))


def names_in(lab: Lab) -> set[str]:
    return set(VirtualMachine.objects.filter(lab=lab).values_list("name", flat=True))


OLD, NEW = ["a", "b", "c", "old"], ["a", "b", "c", "new"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("vc.corp.example", "10.0.0.5"),
        ("vc.corp.example", "vc"),
        ("vc", "vc.corp.example"),
        ("VC.corp.example", "vc.corp.example."),
        ("vc.corp.example", "vcenter-new.corp.example"),
        ("", "vc"),
        ("vc", ""),
    ],
)
def test_it_doubles_no_vm_of_a_vcenter_under_another_name(lab: Lab, tmp_path: Path, before: str, after: str) -> None:
    create_estate(lab, reading(tmp_path, before, OLD).inventory)
    newer = reading(tmp_path, after, NEW)
    assert met(lab, newer).afterwards("update").vms == 4
    assert bool(met(lab, newer).vcenters) == (before.casefold() != after.rstrip("."))
    update_estate(lab, newer.inventory)
    assert names_in(lab) == set(NEW)
    assert set(VirtualMachine.objects.values_list("vcenter", flat=True)) == {before.casefold() or after}


def test_it_can_be_told_that_they_are_others(lab: Lab, tmp_path: Path) -> None:
    create_estate(lab, reading(tmp_path, "vc-a", OLD).inventory)
    newer = reading(tmp_path, "vc-b", NEW)
    assert met(lab, newer).known_apart == 0
    update_estate(lab, newer.inventory, vcenters_apart=True)
    assert len(names_in(lab)) == 8


@pytest.mark.parametrize(
    ("vcenter", "names"),
    [
        ("vc-dr", ["a_replica", "b_replica", "c_replica", "d_replica"]),
        ("vc-dr", ["a", *(f"other-{number}" for number in range(9))]),
    ],
    ids=["replicas", "one replica among others"],
)
def test_it_takes_no_replicas_for_their_originals(lab: Lab, tmp_path: Path, vcenter: str, names: list[str]) -> None:
    create_estate(lab, reading(tmp_path, "vc-prod", OLD).inventory)
    others = [vm for vm in names if vm.startswith("other")]
    newer = reading(tmp_path, vcenter, names)
    for row in newer.inventory.vms:
        row.identity = uuid(99 + len(row.name) + others.index(row.name)) if row.name in others else row.identity
    assert not met(lab, newer).vcenters
    update_estate(lab, newer.inventory)
    assert len(names_in(lab)) == len(OLD) + len(names)


def test_it_takes_none_for_one_that_the_file_names_too() -> None:
    there = [Known("a", uuid(1), "vc-a")]
    assert taken_as([Known("a", uuid(1), "vc-b")], there) == [TakenAs("vc-b", "vc-a", 1, 1)]
    assert taken_as([Known("a", uuid(1), "vc-b"), Known("b", uuid(2), "vc-a")], there) == []


def test_it_goes_by_a_domain_only_where_uuids_do_not_speak_against_it() -> None:
    short = [Known("a", "vm-1", "vc")]
    assert taken_as([Known("b", uuid(2), "vc.a.example")], short) == [TakenAs("vc.a.example", "vc", 0, 0)]
    assert taken_as([Known("b", uuid(2), "vc.a.example")], [Known("a", uuid(1), "vc")]) == []
    assert taken_as([Known("b", "vm-2", "vc.a.example")], [Known("a", "vm-1", "vc.b.example")]) == []


def test_it_counts_what_the_file_does_not_have(lab: Lab, tmp_path: Path) -> None:
    create_estate(lab, reading(tmp_path, "vc", OLD).inventory)
    assert met(lab, reading(tmp_path, "vc", ["a", "b"])).not_in_file == 2


def test_it_takes_one_vcenter_in_two_cases_for_one_in_a_file_too(tmp_path: Path) -> None:
    paths = [export(tmp_path, "VC.corp", ["a"], "a.csv"), export(tmp_path, "vc.corp.", ["b"], "b.csv")]
    inventory = read_files([Upload(path, path.name) for path in paths]).inventory
    assert [(host.name, host.cluster) for host in inventory.hosts] == [("srv-9", "C")]
