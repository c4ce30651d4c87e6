"""Which instance type each running VM gets, and what an hour of it costs as it is bought."""

from dataclasses import dataclass

import numpy as np

from instances.catalog.type_table import TypeTable
from instances.rules.guest_needs import runs_on_ec2
from instances.rules.sizing_candidates import SYSTEMS, arch_bits_of
from virtlab.compare.alternatives.basis import Basis
from virtlab.engine.arrays import F64, Bools, Ints
from virtlab.engine.sizing.instance_types import Choice

NONE = -1


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
    """Each VM's operating system as a number in SYSTEMS (V,)."""
    number = {name: index for index, name in enumerate(SYSTEMS)}
    return np.array([number.get(name, 0) for name in basis.estate.vms.operating_system.tolist()], dtype=np.intp)


def arch_bits(basis: Basis) -> Ints:
    """The architectures that each VM's programs run on, as bits (V,); none where its system does not run on EC2."""
    vms, values = basis.estate.vms, basis.values
    bits = [arch_bits_of(name, values) for name in vms.architecture.tolist()]
    return np.where([runs_on_ec2(name) for name in vms.system_name], bits, 0).astype(np.intp)


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
