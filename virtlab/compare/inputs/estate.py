"""A lab's estate as arrays: one row a VM, one a host."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from virtlab.compare.inputs.traces import Traces
from virtlab.engine.arrays import F64, Bools, Ints
from virtlab.engine.units import HOURS_PER_DAY
from virtlab.labs.choices import Evidence, MemorySeenBy

Texts = npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class VmArrays:
    """V virtual machines: what each holds (V,), on which host it is (−1: none), and what its workload is.

    `installed`: all but templates and those that are set apart with the platform; `running`: those of them that run.
    Data out and use of disks and network are NaN where nobody said how much. `evidence`: how the demand is known
    (labs.choices.Evidence), over how many days where it was measured, else 0, and which share of its samples is there
    (`coverage`); peaks are those stated beside a trace, NaN without (`EstateArrays.measured_over` adds those of traces
    that are too short). `mean_only`: of its CPU a mean is known, if that.
    `totals_only`: only a share of an estate's totals is known of its size. `disks`, `nics`: how many disks and network
    adapters it has, NaN where nobody said; `passthrough`: it is known to use a device of its host (a GPU or another).
    `system`: which of the different `system_names` each has. `says_sql_server`, `says_in_memory`: its name or that of
    its application says that it runs SQL Server, or that it is a database or an in-memory store.
    """

    ids: Ints
    workload_ids: Ints
    names: tuple[str, ...]
    host: Ints
    cluster: Ints
    vcpu: F64
    memory_gib: F64
    disk_gib: F64
    disk_used_gib: F64
    running: Bools
    installed: Bools
    operating_system: Texts
    architecture: Texts
    event_driven: Bools
    requests_per_month: F64
    request_duration_ms: F64
    data_out_gib_per_month: F64
    system_names: tuple[str, ...]
    system: Ints
    application: tuple[str, ...]
    says_sql_server: Bools
    says_in_memory: Bools
    evidence: Texts
    measured_days: F64
    coverage: F64
    totals_only: Bools
    memory_seen_by: Texts
    mean_only: Bools
    cpu_peak_vcpu: F64
    memory_peak_gib: F64
    disk_mb_per_s: F64
    disk_iops: F64
    network_mb_per_s: F64
    disks: F64
    nics: F64
    passthrough: Bools

    def __len__(self) -> int:
        return len(self.names)

    @property
    def runs_sql_server(self) -> Bools:
        """VMs (V,) that run, with SQL Server: what is off needs no licence."""
        return self.running & self.says_sql_server

    @property
    def measured_hours(self) -> F64:
        """Hours of samples (V,) that are there of what was measured."""
        return self.measured_days * self.coverage * HOURS_PER_DAY

    @property
    def briefly(self) -> Bools:
        """VMs (V,) that were measured, but too briefly to count so."""
        return np.asarray((self.measured_days > 0) & (self.evidence != Evidence.MEASURED.value))

    def by_system(self, ask: Callable[[str], int]) -> Ints:
        """What the name of each VM's system answers to a question (V,), which is asked once for each different name."""
        return np.array([ask(name) for name in self.system_names], dtype=np.intp)[self.system]

    def named(self, rows: Sequence[int]) -> tuple[str, ...]:
        """The names of the VMs `rows`."""
        return tuple(self.names[row] for row in rows)


UNKNOWN_MONTHS = 1e6
"""More than the age of anything that is known."""


@dataclass(frozen=True, slots=True)
class Hosts:
    """H hosts, there or planned: what each has (H,), its cluster, its server model, and whether it is on.

    `age_months` since its purchase: NaN where nobody said when that was; `cpu_age_months` since the launch of its
    processors, 0 where they are not known. `assumed`: made up for an inventory that does
    not describe it; `stand_in`: its watts are the nearest measured model's.
    """

    names: tuple[str, ...]
    cluster: Ints
    model_id: Ints
    sockets: F64
    cores: F64
    threads_per_core: F64
    memory_gib: F64
    on: Bools
    age_months: F64
    cpu_age_months: F64
    assumed: Bools
    stand_in: Bools

    def __len__(self) -> int:
        return len(self.names)

    @property
    def order_months(self) -> F64:
        """Which is newer (H,), in one number: what is not known comes after all known, by the age of its processors."""
        return np.where(np.isnan(self.age_months), self.cpu_age_months + UNKNOWN_MONTHS, self.age_months)

    def capacity_vcpu(self, smt_gain: float) -> F64:
        """vCPU of work that each host can do at once (H,): its cores, more with two threads on each."""
        return self.cores * np.where(self.threads_per_core > 1, smt_gain, 1.0)


@dataclass(frozen=True, slots=True)
class EstateArrays:
    """Everything on the on-prem side of a lab, by its random name, at one revision.

    `bought_storage_gib`: its datastores' capacity, and what disks take whose datastore is not known; of it
    `assumed_storage_gib` in datastores whose size nobody said; `storage_room_gib`: what disks can hold of it, by data
    reduction. `not_carried`: VMs that would be there, but that a side does not carry, so that neither counts them; of
    them `not_carried_off` are off. `least_hours`: the samples that a trace needs to count as measured.
    """

    lab: str
    revision: int
    vms: VmArrays
    hosts: Hosts
    clusters: tuple[str, ...]
    cluster_ids: tuple[int, ...]
    hypervisors: tuple[str, ...]
    bought_storage_gib: float
    storage_room_gib: float
    assumed_storage_gib: float
    traces: Traces = field(repr=False)
    not_carried: tuple[int, ...] = ()
    not_carried_off: tuple[int, ...] = ()
    least_hours: float = 0.0

    @property
    def view(self) -> tuple[object, ...]:
        """What tells it from the estate as it was loaded."""
        return self.not_carried, self.least_hours

    @property
    def key(self) -> tuple[str, int]:
        """What tells one estate from another, whatever of it is left out."""
        return self.lab, self.revision

    def without(self, rows: Ints) -> "EstateArrays":
        """The same, the VMs `rows` being left out: as little workloads as what is set apart; hosts and storage stay."""
        kept = np.ones(len(self.vms), dtype=np.bool_)
        kept[rows] = False
        vms = replace(self.vms, running=self.vms.running & kept, installed=self.vms.installed & kept)
        off = rows[~self.vms.running[rows]]
        return replace(
            self,
            vms=vms,
            not_carried=(*self.not_carried, *map(int, rows)),
            not_carried_off=(*self.not_carried_off, *map(int, off)),
        )

    def measured_over(self, least_hours: float) -> "EstateArrays":
        """The same, traces with fewer hours of samples counting as a stated mean and peak: of a few minutes nobody
        knows a day's peak, and memory that a guest used in them is what it touched lately.
        """
        vms, traces = self.vms, self.traces
        short = (vms.evidence == Evidence.MEASURED.value) & (vms.measured_hours < least_hours)
        rows = np.flatnonzero(short)
        seen = short & (vms.memory_seen_by != MemorySeenBy.NOBODY.value)
        cpu_peak_vcpu = vms.cpu_peak_vcpu.copy()
        cpu_peak_vcpu[rows] = np.fmax(cpu_peak_vcpu[rows], traces.cpu_vcpu[rows].max(axis=1, initial=0.0))
        stated = replace(
            vms,
            evidence=np.where(short, Evidence.STATED.value, vms.evidence),
            cpu_peak_vcpu=cpu_peak_vcpu,
            memory_peak_gib=np.where(seen, np.fmax(vms.memory_peak_gib, traces.memory_peak_gib), vms.memory_peak_gib),
            memory_seen_by=np.where(seen, MemorySeenBy.HYPERVISOR.value, vms.memory_seen_by),
        )
        return replace(self, vms=stated, least_hours=least_hours)

    @property
    def nbytes(self) -> int:
        """Bytes that its traces take."""
        return self.traces.cpu_vcpu.nbytes + self.traces.memory_gib.nbytes

    @property
    def empty(self) -> bool:
        """Whether there is nothing to compare."""
        return len(self.vms) == 0
