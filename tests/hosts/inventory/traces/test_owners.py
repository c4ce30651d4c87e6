"""Whose a trace is: told by names, UUIDs and IDs where that is unambiguous, and by nothing else."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from hosts.inventory.packing import pack_traces
from hosts.inventory.pseudonyms import anonymised
from hosts.inventory.reading import Reading, read_file, read_files
from hosts.inventory.summary import note_owners, summary_of
from hosts.inventory.traces.owners import TraceOwner, owners_of
from hosts.inventory.update import update_estate
from hosts.inventory.uploads import Upload
from hosts.inventory.write import apply_traces, create_estate
from tests.hosts.inventory.files import text_file
from tests.hosts.inventory.traces.made import START, csv, traces_of
from virtlab.labs.models import Lab, Trace

UUID = "4211d6a1-0f6c-2a5e-9f0e-0242ac120002"
VMS = [
    TraceOwner("web01", UUID, "vm-12"),
    TraceOwner("DB 01"),
    TraceOwner("mail.corp.example", vm_id="vm-7"),
    TraceOwner("app.a.example"),
    TraceOwner("app.b.example"),
    TraceOwner("vm-3"),
]


@pytest.mark.parametrize(
    ("trace", "vm", "way"),
    [
        ("WEB01", 0, "name"),
        ("web01.corp.example", 0, "short-name"),
        ("web01.corp.example.", 0, "short-name"),
        ("web 01", 0, "spelling"),
        (UUID.upper(), 0, "id"),
        (UUID.replace("-", ""), 0, "id"),
        ("VM-12", 0, "id"),
        ("db01", 1, "spelling"),
        ("db01.corp.example", 1, "short-name"),
        ("mail", 2, "short-name"),
        ("vm-7", 2, "id"),
        ("3", 5, "name"),
        ("app.b.example", 4, "name"),
    ],
)
def test_it_finds_the_vm_of_a_trace(trace: str, vm: int, way: str) -> None:
    owners = owners_of([trace], VMS)
    assert (owners.trace_of, owners.ways, owners.unclear) == ({vm: 0}, {0: way}, {})


@pytest.mark.parametrize("trace", ["web01.5", "web", "mail.other.example", "web02.corp.example", "", "web01 v1.2"])
def test_it_gives_none_a_trace_of_another(trace: str) -> None:
    assert owners_of([trace], VMS).trace_of == {}


@pytest.mark.parametrize(
    ("traces", "vms"),
    [
        (["app"], VMS),
        (["web01.a.example", "web01.b.example"], VMS),
        (["vm-9"], [TraceOwner("a", vm_id="vm-9"), TraceOwner("b", vm_id="vm-9")]),
    ],
    ids=["of two VMs", "two of one VM", "an ID of two vCenters"],
)
def test_it_lists_what_may_be_of_several_and_guesses_none(traces: list[str], vms: list[TraceOwner]) -> None:
    owners = owners_of(traces, vms)
    assert owners.trace_of == {}
    assert set(owners.unclear) == set(range(len(traces)))


def test_it_takes_whole_names_before_short_ones() -> None:
    owners = owners_of(["web01.corp.example", "web01"], VMS)
    assert owners.trace_of == {0: 1}
    assert owners_of(["app"], [*VMS, TraceOwner("app")]).trace_of == {6: 0}


@pytest.fixture
def lab(dara: User, catalog: None) -> Lab:
    return Lab.objects.create(name="Estate", owner=dara)


def estate(path: Path, *names: str) -> Path:
    head = "VM,Powerstate,CPUs,Memory,Total disk capacity MiB,VM UUID,VM ID"
    rows = [f"web01,poweredOn,2,4096,1000,{UUID},vm-12", "db01,poweredOn,2,4096,1000,,vm-13"]
    others = [f"{name},poweredOn,2,4096,1000,," for name in names]
    return text_file(path / "vInfo.csv", "\n".join([head, *(others or rows)]) + "\n")


def measured(path: Path, *names: str) -> Path:
    return csv(path / "t.csv", "vm,timestamp,cpu_percent", *(f"{n},{START + at},50" for n in names for at in (0, 300)))


def codes(reading: Reading) -> dict[str, str]:
    return {row.code: row.message for row in reading.log.kept if row.code.startswith(("trace-by", "trace-un"))}


def measured_in(lab: Lab) -> set[str]:
    return set(Trace.objects.filter(workload__lab=lab, kind="measured").values_list("workload__name", flat=True))


def test_it_gives_the_vms_of_a_lab_the_traces_of_other_names_and_says_how(lab: Lab, tmp_path: Path) -> None:
    create_estate(lab, read_file(estate(tmp_path), "vInfo.csv").inventory)
    reading = read_file(measured(tmp_path, "web01.corp.example", "vm-13", "other"), "t.csv")
    assert summary_of(reading, note_owners(reading, lab))["traces"]["matched_by"] == {"short-name": 1, "id": 1}
    assert codes(reading) == {
        "trace-unmatched": "No VM of this lab is called “other”.",
        "trace-by-id": "1 trace is matched by the UUID or ID of its VM.",
        "trace-by-short-name": "1 trace is matched by short name, without the domain.",
    }
    assert apply_traces(lab, traces_of(reading), "t.csv") == 2
    assert measured_in(lab) == {"web01", "db01"}


def test_it_gives_traces_to_the_vms_of_an_inventory_by_what_tells_whose_they_are(lab: Lab, tmp_path: Path) -> None:
    inventory = read_file(estate(tmp_path), "vInfo.csv").inventory
    traces = traces_of(read_file(measured(tmp_path, "web01.corp.example", "vm-13"), "t.csv"))
    create_estate(lab, inventory, traces=traces, source="t.csv")
    assert measured_in(lab) == {"web01", "db01"}


def test_it_asks_vms_that_a_lab_has_and_new_ones_together_whose_a_trace_is(lab: Lab, tmp_path: Path) -> None:
    there, new = "app.a.example", "app.b.example"
    create_estate(lab, read_file(estate(tmp_path, there), "vInfo.csv").inventory)
    for names, expected in (["app"], set[str]()), ([there, new], {there, new}):
        inventory = read_file(estate(tmp_path, there, new), "vInfo.csv").inventory
        traces = traces_of(read_file(measured(tmp_path, *names), "t.csv"))
        update_estate(lab, inventory, traces=traces, source="t.csv")
        assert measured_in(lab) == expected


def test_it_says_whose_cannot_be_told(lab: Lab, tmp_path: Path) -> None:
    create_estate(lab, read_file(estate(tmp_path), "vInfo.csv").inventory)
    reading = read_file(measured(tmp_path, "web01.a.example", "web01.b.example"), "t.csv")
    assert summary_of(reading, note_owners(reading, lab))["traces"]["matched"] == 0
    assert reading.log.counts["trace-unclear"] == 2


def test_it_keeps_whose_a_trace_is_where_names_are_replaced(lab: Lab, tmp_path: Path) -> None:
    both = [estate(tmp_path), measured(tmp_path, "web01.corp.example")]
    reading = anonymised(read_files([Upload(path, path.name) for path in both]), lab.pk)
    assert traces_of(reading).names == [reading.inventory.vms[0].name]
    assert pack_traces(traces_of(reading))


def test_it_names_no_field_of_an_inventory_as_missing_in_a_trace(lab: Lab, tmp_path: Path) -> None:
    reading = read_file(measured(tmp_path, "web01"), "t.csv")
    assert summary_of(reading, note_owners(reading, lab))["missing"] == []
