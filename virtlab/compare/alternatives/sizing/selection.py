"""Which instance type each running VM gets, and what an hour of it costs as it is bought."""

from dataclasses import dataclass

import numpy as np

from instances.catalog.type_table import TypeTable
from instances.pricing.hourly import OWN_WINDOWS, OWN_WINDOWS_KEY
from instances.rules.guest_needs import runs_on_ec2, starts_on
from instances.rules.sizing_candidates import DEDICATED, GPU_SHIFT, SYSTEMS, X86, arch_bits_of
from virtlab.compare.alternatives.basis import Basis
from virtlab.engine.arrays import F64, Bools, Ints
from virtlab.engine.sizing.instance_types import Choice
from virtlab.engine.systems.names import system_of
from virtlab.engine.systems.support import own_windows_on_ec2
from virtlab.labs.choices import OperatingSystem
from virtlab.web.cache import LabCache

NONE = -1
ALSO_UNKNOWN = 2
"""The value of the parameter of brought licences that takes a version that is not known for an old one."""


@dataclass(frozen=True, slots=True)
class Selection:
    """For every VM (V,) the row of its type in `table`, −1 where it does not run or no type holds it.

    `usd_per_hour` (V,): with its operating system, as hours are bought; NaN without a type. `reason` (V,): why there is
    none (engine NoType). cpu_over, cpu_busy (V,): share of samples, 0 … 1, in which it needs more than the type's CPU,
    or than 80 % of it. `vcpu_worth` (n,): cores that one vCPU of each type is worth, `demand_worth` (V,) one in demand.
    """

    table: TypeTable
    row: Ints
    usd_per_hour: F64
    reason: Ints
    cpu_over: F64
    cpu_busy: F64
    vcpu_worth: F64
    demand_worth: F64

    @property
    def chosen(self) -> Bools:
        """VMs that have a type (V,)."""
        return np.asarray(self.row != NONE)

    def of(self, figures: F64, rows: Ints) -> F64:
        """A column of the table for the VMs `rows`."""
        return np.asarray(figures[self.row[rows]])

    def vcpu_used(self, rows: Ints) -> F64:
        """VCPU of its type that each vCPU in demand of the VMs `rows` takes."""
        return self.demand_worth[rows] / self.of(self.vcpu_worth, rows)

    def without(self, vms: Bools) -> "Selection":
        """The same, but for the VMs marked (V,), which get no type."""
        return self._where(vms, np.full(len(self.row), NONE), self)

    def but(self, vms: Bools, other: "Selection") -> "Selection":
        """The same, but for the VMs marked (V,), which get the other's type."""
        return self._where(vms, other.row, other)

    def _where(self, vms: Bools, row: Ints, other: "Selection") -> "Selection":
        return Selection(
            self.table,
            np.where(vms, row, self.row),
            usd_per_hour=np.where(vms, other.usd_per_hour, self.usd_per_hour),
            reason=np.where(vms, other.reason, self.reason),
            cpu_over=np.where(vms, other.cpu_over, self.cpu_over),
            cpu_busy=np.where(vms, other.cpu_busy, self.cpu_busy),
            vcpu_worth=self.vcpu_worth,
            demand_worth=self.demand_worth,
        )


def system_index(basis: Basis) -> Ints:
    """What each VM's hours are priced for, as a number in SYSTEMS (V,)."""
    number = {name: index for index, name in enumerate(SYSTEMS)}
    systems = np.array([number.get(name, 0) for name in basis.estate.vms.operating_system.tolist()], dtype=np.intp)
    return np.where(own_windows(basis), number[OWN_WINDOWS], systems).astype(np.intp)


def own_windows(basis: Basis) -> Bools:
    """VMs (V,) that run Windows Server under a licence that is brought, as types of Dedicated Hosts start it; where the
    version is not known, as assumed.
    """
    vms, brought = basis.estate.vms, int(basis.values[OWN_WINDOWS_KEY])
    if not brought:
        return np.zeros(len(vms), dtype=np.bool_)
    allowed = (True, None) if brought == ALSO_UNKNOWN else (True,)
    may = vms.by_system(lambda name: own_windows_on_ec2(system_of(name)) in allowed) > 0
    started = _starting_bits(basis) & X86 > 0
    return np.asarray(may & started & (vms.operating_system == OperatingSystem.WINDOWS.value))


def arch_bits(basis: Basis) -> Ints:
    """The architectures that each VM's programs run on, as bits (V,); none where its system does not run on EC2.

    One that uses a device of its host has those of types with a GPU: what the device is no inventory says.
    """
    return ARCHITECTURES.of(basis.estate.key, basis.values["arm_types"], make=lambda: _arch_bits(basis))


def starting_bits(basis: Basis) -> Ints:
    """The same of the types that start each VM (V,): only those on Xen, or for 32 bits, where its system asks for them,
    and those of Dedicated Hosts where its licence does.

    Its programs may run on any of their architecture, as containers do.
    """
    key = (basis.values["arm_types"], basis.values[OWN_WINDOWS_KEY])
    return STARTING.of(
        basis.estate.key, key, make=lambda: np.where(own_windows(basis), DEDICATED, _starting_bits(basis))
    )


ARCHITECTURES: LabCache[Ints] = LabCache(max_items=64)
STARTING: LabCache[Ints] = LabCache(max_items=64)


def _arch_bits(basis: Basis) -> Ints:
    vms, values = basis.estate.vms, basis.values
    bits = [arch_bits_of(name, values) for name in vms.architecture.tolist()]
    fitting = np.array(bits, dtype=np.intp) << (GPU_SHIFT * vms.passthrough)
    return np.where(vms.by_system(runs_on_ec2), fitting, 0)


def _starting_bits(basis: Basis) -> Ints:
    shift = GPU_SHIFT * basis.estate.vms.passthrough
    only, bits = basis.estate.vms.by_system(starts_on), arch_bits(basis)
    return np.where((only > 0) & (bits & (X86 << shift) > 0), only << shift, bits)


def selection(basis: Basis, table: TypeTable, rows: Ints, choice: Choice, worth: tuple[F64, F64]) -> Selection:
    """The first candidate of each VM; `rows` are those of the engine's types, `worth` as the result has it."""
    first = choice.type_index[:, 0]
    found = basis.estate.vms.running & (first >= 0)
    row = np.where(found, rows[first] if rows.size else NONE, NONE)
    return Selection(
        table,
        row,
        usd_per_hour=np.where(found, choice.price_usd_per_hour[:, 0], np.nan),
        reason=choice.reason,
        cpu_over=choice.cpu_risk[:, 0],
        cpu_busy=choice.cpu_busy[:, 0],
        vcpu_worth=worth[0],
        demand_worth=worth[1],
    )
