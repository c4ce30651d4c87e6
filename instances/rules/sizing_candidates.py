"""A region's types as the engine takes them: what right-sizing chooses from."""

from collections.abc import Mapping

import numpy as np

from instances.catalog.type_table import TypeTable
from instances.choices import PurchaseOption
from instances.pricing.hourly import HourlyTerms, table_usd_per_hour
from virtlab.engine.arrays import F64, Ints
from virtlab.engine.sizing.instance_types import InstanceTypes
from virtlab.labs.choices import WINDOWS_SYSTEMS, Architecture, OperatingSystem

X86, ARM = 1, 2
SYSTEMS = [str(value) for value in OperatingSystem.values]
ARCH_BITS = {Architecture.X86_64.value: X86, Architecture.ARM64.value: ARM, Architecture.ANY.value: X86 | ARM}


def types_of(table: TypeTable, values: Mapping[str, float]) -> tuple[InstanceTypes, Ints]:
    """The types to recommend as the engine takes them, and their rows in the table: current ones that can be chosen.

    Prices are by operating system in the order of SYSTEMS. Windows Server runs on x86-64 only. A flex type lasts at its
    baseline and bursts above it, so it counts as burstable.
    """
    return types_at(table, np.flatnonzero(table.choosable & table.current_generation), values)


def types_at(table: TypeTable, rows: Ints, values: Mapping[str, float]) -> tuple[InstanceTypes, Ints]:
    """The types of these rows of the table as the engine takes them, and the rows."""
    sustained = np.where(
        table.burstable[rows] | table.flex[rows], table.vcpu[rows] * table.baseline_share[rows], np.nan
    )
    arch = X86 * table.x86[rows] + ARM * table.arm[rows]
    prices = np.column_stack([_prices(table, rows, system, values) for system in SYSTEMS])
    return InstanceTypes.of((table.vcpu[rows], table.memory_gib[rows]), prices, arch, sustained), rows


def _prices(table: TypeTable, rows: Ints, system: str, values: Mapping[str, float]) -> F64:
    price = table_usd_per_hour(table, HourlyTerms(system, PurchaseOption.ON_DEMAND, values))[rows]
    return np.where(table.x86[rows], price, np.nan) if system in WINDOWS_SYSTEMS else price
