"""Which VM each trace is of: the one of its name, its UUID or ID, its name in another spelling, or its short name.

A name that several VMs, or several traces, may have is given to none.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from hosts.inventory.assembly.host_names import both_full, short_name
from hosts.inventory.problems import ProblemLog
from hosts.inventory.recognition.vms import is_uuid
from hosts.inventory.rows import VmRow
from hosts.inventory.traces.shapes import TraceSet, display_name
from hosts.models import VirtualMachine

NAME, ID, SPELLING, SHORT_NAME = "name", "id", "spelling", "short-name"
DOMAIN = re.compile(r"[^.\s]+(\.[a-z0-9-]+)*\.[a-z][a-z-]+")  # “app v1.2” has none
FEW = 0.5
Keys = Callable[[str], str]


class TraceOwner(NamedTuple):
    """A VM that may have a trace: its name, its UUID and its ID, "" where they are not known."""

    name: str
    uuid: str = ""
    vm_id: str = ""

    def keys(self, way: str) -> set[str]:
        """What it is found by in a way."""
        names = [self.uuid, self.vm_id] if way == ID else [self.name]
        return {KEYS[way](name) for name in names} - {""}


@dataclass(slots=True)
class Owners:
    """The trace (its position) of each VM (its position) that has one, in which way each trace was given to one, and
    the names of the VMs that each of the others may be of.
    """

    trace_of: dict[int, int] = field(default_factory=dict)
    ways: dict[int, str] = field(default_factory=dict)
    unclear: dict[int, list[str]] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """How many VMs have a trace in each way."""
        return dict(Counter(self.ways[trace] for trace in self.trace_of.values()))


def owner_of(vm: VmRow | VirtualMachine) -> TraceOwner:
    """A VM of a file or of a lab."""
    return TraceOwner(vm.name, vm.identity, vm.vm_id)


def id_key(text: str) -> str:
    """A UUID however it is written, another ID in lower case."""
    folded = text.casefold().strip()
    return re.sub(r"[^0-9a-f]", "", folded) if is_uuid(folded) else folded


def spelling_key(text: str) -> str:
    """A name without case, blanks, and wide letters."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def short_key(text: str) -> str:
    """A name without its domain."""
    name = spelling_key(text).rstrip(".")
    return short_name(name) if DOMAIN.fullmatch(name) else name


KEYS: dict[str, Keys] = {
    NAME: str.casefold,
    ID: id_key,
    SPELLING: spelling_key,
    SHORT_NAME: short_key,
}
"""How a name is compared in each way, the surest first."""


def owners_of(traces: Sequence[str], vms: Sequence[TraceOwner]) -> Owners:
    """Whose each trace is, by their names."""
    owners = Owners()
    for way in KEYS:
        there = by_key((key, place) for place, vm in enumerate(vms) for key in vm.keys(way))
        read = by_key((key, row) for row, name in enumerate(traces) for key in trace_keys(name, way))
        for key, rows in read.items():
            places = there.get(key, [])
            free = [row for row in rows if row not in owners.ways]
            fitting = {row: [at for at in places if may_be(traces[row], vms[at].name, way)] for row in free}
            give(owners, way, {row: ats for row, ats in fitting.items() if ats}, vms)
    return owners


def trace_keys(name: str, way: str) -> set[str]:
    """What a trace is found by in a way: one called by a mere number also as “vm-” and it."""
    return {KEYS[way](name), KEYS[way](display_name(name))}


def by_key(keys: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    """The positions of each key."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for key, place in keys:
        places[key].append(place)
    return places


def give(owners: Owners, way: str, fitting: Mapping[int, Sequence[int]], vms: Sequence[TraceOwner]) -> None:
    """Gives a trace to the VM that fits it where no other trace or VM does. Names that differ by case alone are one."""
    if way == NAME:
        fitting = dict(list(fitting.items())[:1])
    for row, places in fitting.items():
        if way != NAME and (len(fitting) > 1 or len(places) > 1):
            owners.unclear[row] = [vms[place].name for place in places]
        elif free := [place for place in places if place not in owners.trace_of]:
            owners.trace_of |= dict.fromkeys(free, row)
            owners.ways[row] = way
            owners.unclear.pop(row, None)


def may_be(trace: str, name: str, way: str) -> bool:
    """Whether the names do not contradict."""
    return way != SHORT_NAME or not both_full(spelling_key(trace), spelling_key(name))


def named_like(traces: TraceSet, vms: Sequence[TraceOwner]) -> TraceSet:
    """The traces under the names of the VMs that they are of."""
    names = list(traces.names)
    for place, row in owners_of(traces.names, vms).trace_of.items():
        names[row] = vms[place].name
    return replace(traces, names=names)


def note_gaps(traces: TraceSet, rows: Sequence[int], log: ProblemLog) -> None:
    """Of the traces at `rows`, those that VMs get, notes the ones that have less than half of the samples of others,
    and which share of all is there.
    """
    if not rows:
        return
    tab, present, coverage = traces.columns[0].tab, traces.present[rows], traces.coverage[rows]
    expected = int(np.median(traces.present))
    for row in np.flatnonzero(present < FEW * expected).tolist():
        log.add(
            "trace-few-samples", tab=tab, value=traces.names[rows[row]], samples=int(present[row]), expected=expected
        )
    if (share := float(coverage.mean())) < 1.0:
        log.add("trace-gaps", tab=tab, value=f"{share * 100:.1f}", machines=int((coverage < 1.0).sum()))
