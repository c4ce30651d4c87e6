"""A region's types as the engine takes them: what right-sizing chooses from."""

from collections.abc import Mapping

import numpy as np

from instances.catalog.type_table import TypeTable
from instances.choices import PurchaseOption
from instances.pricing.hourly import HourlyTerms, table_usd_per_hour
from virtlab.engine.arrays import F64, Bools, Ints
from virtlab.engine.sizing.instance_types import InstanceTypes
from virtlab.labs.choices import WINDOWS_SYSTEMS, Architecture, Evidence, OperatingSystem

X86, ARM = 1, 2
SYSTEMS = [str(value) for value in OperatingSystem.values]
ARCH_BITS = {Architecture.X86_64.value: X86, Architecture.ARM64.value: ARM, Architecture.ANY.value: X86 | ARM}
MAY_BURST: tuple[frozenset[str], ...] = (
    frozenset(),
    frozenset({Evidence.MEASURED.value}),
    frozenset({Evidence.MEASURED.value, Evidence.STATED.value}),
)
"""By the rule on burstable types, how the demand of those workloads is known that may have one."""


def types_of(
    table: TypeTable, values: Mapping[str, float], purchase: str = PurchaseOption.ON_DEMAND
) -> tuple[InstanceTypes, Ints]:
    """The types to recommend as the engine takes them, and their rows in the table: those that the rules leave.

    Prices are what an hour costs as it is bought, licence included, by operating system in the order of SYSTEMS.
    Windows Server runs on x86-64 only. A flex type lasts at its baseline and bursts above it: it counts as burstable.
    """
    return types_at(table, np.flatnonzero(left_by_rules(table, values)), values, purchase)


def left_by_rules(table: TypeTable, values: Mapping[str, float]) -> Bools:
    """The types (n,) that can be chosen: current ones, of the generations and sizes that the rules allow."""
    newest = int(values["generations"]) or len(table)
    even = (table.vcpu % 2 == 0) | (values["even_vcpu"] == 0)
    return np.asarray(table.choosable & table.current_generation & (table.age < newest) & even)


def may_burst(evidence: str, values: Mapping[str, float]) -> bool:
    """Whether a workload whose demand is known in this way (labs.choices.Evidence) may have a burstable type."""
    return evidence in MAY_BURST[int(values["burstable"])]


def arch_bits_of(architecture: str, values: Mapping[str, float]) -> int:
    """The architectures that a workload may have, as bits; where the rule says so, what runs on both is not on Arm."""
    bits = ARCH_BITS.get(architecture, X86)
    return X86 if bits == X86 | ARM and not values["arm_types"] else bits


def types_at(
    table: TypeTable, rows: Ints, values: Mapping[str, float], purchase: str = PurchaseOption.ON_DEMAND
) -> tuple[InstanceTypes, Ints]:
    """The types of these rows of the table as the engine takes them, and the rows."""
    sustained = np.where(
        table.burstable[rows] | table.flex[rows], table.vcpu[rows] * table.baseline_share[rows], np.nan
    )
    arch = X86 * table.x86[rows] + ARM * table.arm[rows]
    prices = np.column_stack([_prices(table, rows, HourlyTerms(system, purchase, values)) for system in SYSTEMS])
    return InstanceTypes.of((table.vcpu[rows], table.memory_gib[rows]), prices, arch, sustained), rows


def _prices(table: TypeTable, rows: Ints, terms: HourlyTerms) -> F64:
    price = table_usd_per_hour(table, terms)[rows]
    return np.where(table.x86[rows], price, np.nan) if terms.system in WINDOWS_SYSTEMS else price
