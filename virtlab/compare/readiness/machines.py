"""The machines of an estate as the rules see them: one row each, a fact that nobody stated being NaN or ""."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from django.utils import timezone

from hosts.choices import VmFact
from hosts.models import VirtualMachine
from instances.catalog.type_table import TypeTable
from instances.rules.readiness.ports import Ports, ports_of
from virtlab.compare.alternatives.shapes import ShapeBook
from virtlab.compare.inputs.estate import VmArrays
from virtlab.engine.arrays import F64, Bools, Ints
from virtlab.engine.sizing.instance_types import NoType
from virtlab.engine.systems.names import system_of
from virtlab.engine.systems.system import System
from virtlab.labs.choices import Architecture
from virtlab.labs.models import Lab
from virtlab.web.cache import LabCache
from virtlab.web.records import read_records

Texts = npt.NDArray[np.str_]


class StatedVm(NamedTuple):
    """What the database has of a VM besides its size and its workload."""

    pk: int
    facts: dict[str, Any]
    power_state: str
    pinned: bool
    anti_affinity: str
    snapshot_id: int | None

    @property
    def known(self) -> Mapping[str, Any]:
        """The facts that were stated, with what happened to it in the lab."""
        more: dict[str, Any] = {VmFact.AFFINITY.value: True} if self.pinned or self.anti_affinity else {}
        if self.snapshot_id:
            more[VmFact.SNAPSHOTS.value] = max(1, self.facts.get(VmFact.SNAPSHOTS, 0))
        return self.facts | more if more else self.facts


class StatedVms:
    """What is stated of V machines, by their keys in ascending order; each fact is an array once it was asked for."""

    def __init__(self, rows: Sequence[StatedVm]) -> None:
        self.ids: Ints = np.array([row.pk for row in rows], dtype=np.intp)
        self.facts: list[Mapping[str, Any]] = [row.known for row in rows]
        self.power_state: Texts = np.array([row.power_state for row in rows], dtype=np.str_)
        self.columns: dict[VmFact, npt.NDArray[Any]] = {}

    def column(self, fact: VmFact, missing: float | str) -> npt.NDArray[Any]:
        """A fact (V,), `missing` where it was not stated."""
        if fact not in self.columns:
            kind = np.float64 if isinstance(missing, float) else np.str_
            self.columns[fact] = np.array([facts.get(fact, missing) for facts in self.facts], dtype=kind)
        return self.columns[fact]


STATED: LabCache[StatedVms] = LabCache(max_items=8)


def stated_of(lab: Lab) -> StatedVms:
    """What is stated of a lab's VMs (one query, kept by the lab's revision)."""
    rows = VirtualMachine.objects.filter(lab=lab).order_by("pk")
    return STATED.of(lab.revision_key, make=lambda: StatedVms(read_records(StatedVm, rows)))


@dataclass(frozen=True)
class Machines:
    """M machines: `rows` (M,) are their places in `vms`, `places` those in `stated`. `types` (M,) are the places of the
    types that are chosen for them in `table`, −1 for none, `ports` theirs; `most_threads` the largest server has.
    `missing` (M,): why those that run have no type (engine NoType), 0 where they have one or are off.
    """

    vms: VmArrays
    rows: Ints
    stated: StatedVms
    places: Ints
    table: TypeTable
    types: Ints
    ports: Ports
    missing: Ints
    most_threads: float
    today: date

    def __len__(self) -> int:
        return len(self.rows)

    def number(self, fact: VmFact) -> F64:
        """A fact that is a number or a truth value (M,), NaN where it was not stated."""
        return np.asarray(self.stated.column(fact, math.nan)[self.places])

    def word(self, fact: VmFact) -> Texts:
        """A fact that is a word (M,), "" where it was not stated."""
        return np.asarray(self.stated.column(fact, "")[self.places])

    def facts(self, row: int) -> Mapping[str, Any]:
        """What was stated of one of them."""
        return self.stated.facts[int(self.places[row])]

    def of(self, figures: F64) -> F64:
        """A column of the estate's VMs for these machines."""
        return np.asarray(figures[self.rows])

    @cached_property
    def names(self) -> list[str]:
        """Their names."""
        return [self.vms.names[row] for row in self.rows.tolist()]

    @cached_property
    def applications(self) -> list[str]:
        """What runs on them, "" where nobody said."""
        return [self.vms.application[row] for row in self.rows.tolist()]

    @cached_property
    def system_names(self) -> list[str]:
        """Their systems as the inventory calls them, "" where it does not."""
        return [self.vms.system_names[system] for system in self.systems.tolist()]

    @property
    def systems(self) -> Ints:
        """Which of the different names of systems each has (M,)."""
        return np.asarray(self.vms.system[self.rows])

    def system(self, row: int) -> System:
        """What the name of one's system says."""
        return system_of(self.system_names[row])

    @cached_property
    def kinds(self) -> Texts:
        """Their kinds of system (labs.choices.OperatingSystem)."""
        return np.asarray(self.vms.operating_system[self.rows])

    @cached_property
    def arm(self) -> Bools:
        """Those whose programs run on Arm alone."""
        return np.asarray(self.vms.architecture[self.rows] == Architecture.ARM64.value)


def machines_of(lab: Lab, book: ShapeBook, purchase: str) -> Machines:
    """The machines of a lab that are workloads, running or not, with the types that right-sizing chose."""
    vms, stated = book.basis.estate.vms, stated_of(lab)
    rows = np.flatnonzero(vms.installed)
    servers = book.basis.models.values()
    chosen = book.rightsized(purchase)
    return Machines(
        vms=vms,
        rows=rows,
        stated=stated,
        places=np.searchsorted(stated.ids, vms.ids[rows]),
        table=book.table,
        types=chosen.row[rows],
        ports=ports_of(book.table, chosen.row[rows]),
        missing=np.where(vms.running & ~chosen.chosen, chosen.reason, NoType.OK)[rows],
        most_threads=max((float(server.cores * server.threads_per_core) for server in servers), default=math.nan),
        today=timezone.localdate(),
    )
