"""A region's types as the engine takes them: what right-sizing chooses from."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np

from instances.catalog.generations import ages
from instances.catalog.names.naming import BadName, parse_family
from instances.catalog.type_table import TypeTable, frozen
from instances.choices import PurchaseOption
from instances.pricing.hourly import OWN_WINDOWS, HourlyTerms, table_usd_per_hour
from virtlab.engine.arrays import F64, Bools, Ints
from virtlab.engine.sizing.instance_types import InstanceTypes, NoType
from virtlab.labs.choices import WINDOWS_SYSTEMS, Architecture, Evidence, OperatingSystem

X86, ARM = 1, 2
GPU_SHIFT = 2
"""Types with a GPU are as if of architectures of their own (4, 8): who needs one has no other, and nobody else has."""
XEN, I386 = 16, 32
"""Types on Xen and types that start 32-bit systems are of architectures of their own too, whatever else they are of:
for systems without the drivers of Nitro, and for those of 32 bits (instances.rules.guest_needs)."""
DEDICATED = 2 * (I386 << GPU_SHIFT)
"""So are types that Dedicated Hosts run, for Windows Server under licences that one owns. The bits between are of XEN
and I386 with a GPU, which no type has."""
HOST_FAMILIES = frozenset({"m5", "m5n", "m6i", "m7i", "c5", "c5n", "c6i", "c7i", "r5", "r5n", "r6i", "r7i"})
"""Of which a Dedicated Host runs several sizes, on x86-64 ("Amazon EC2 Dedicated Host instance capacity
configurations", 2026). T3 is left out: its hosts run more vCPU than they have, at a price that no list of the lab has.
"""
GENERAL = frozenset({"m", "c", "r", "t"})
"""Series of general purpose, of more CPU, of more memory, and burstable."""
ANY_FAMILY, INTEL_FAMILIES = 0, 2
"""Values of the rule of families; between them those of GENERAL, whoever makes their processors."""
INTEL_LETTER, ARM_LETTER = "i", "g"
"""What the name of a family calls its processor; Intel's had no letter to the fifth generation (naming_words)."""
BITS_PER_BYTE = 8
SYSTEMS = [*(str(value) for value in OperatingSystem.values), OWN_WINDOWS]
"""What hours are priced for: each operating system, and Windows Server under a licence that one owns."""
X86_SYSTEMS = frozenset({*WINDOWS_SYSTEMS, OWN_WINDOWS})
ARCH_BITS = {Architecture.X86_64.value: X86, Architecture.ARM64.value: ARM, Architecture.ANY.value: X86 | ARM}
MAY_BURST: tuple[frozenset[str], ...] = (
    frozenset(),
    frozenset({Evidence.MEASURED.value}),
    frozenset({Evidence.MEASURED.value, Evidence.STATED.value}),
)
"""By the rule on burstable types, how the demand of those workloads is known that may have one."""


def types_of(table: TypeTable, values: Mapping[str, float]) -> tuple[InstanceTypes, Ints]:
    """The types to recommend as the engine takes them, and their rows in the table: those that the rules leave.

    Prices are what an hour costs, on demand or as the table has it bought, licence included, by operating system in the
    order of SYSTEMS.
    Windows Server runs on x86-64 only. A flex type lasts at its baseline and bursts above it: it counts as burstable.
    Types with a GPU are among them, for what needs one alone (`GPU_SHIFT`), and types on Xen for what starts on nothing
    else, of any generation: those that there are. So are those that Dedicated Hosts run.
    """
    left = left_by_rules(table, values) | gpus_left_by_rules(table, values)
    apart = {bit: fits for bit, fits in starting(table).items() if bit in {XEN, I386}} | {DEDICATED: on_hosts(table)}
    apart = {bit: fits & _even(table, values) for bit, fits in apart.items()}
    types, rows = types_at(table, np.flatnonzero(np.any([left, *apart.values()], axis=0)), values)
    bits = types.arch_bit * left[rows] + sum(bit * fits[rows] for bit, fits in apart.items())
    return replace(types, arch_bit=bits), rows


def starting(table: TypeTable) -> dict[int, Bools]:
    """The types (n,) that start what is of each architecture, before the rules: current ones, and on Xen any but T1,
    which gives CPU in short bursts and has no credits to count them by.
    """
    on_xen = table.on_xen & (table.family != "t1")
    current, with_gpu = table.choosable & table.current_generation, table.with_gpu & table.current_generation
    return {
        X86: current & table.x86,
        ARM: current & table.arm,
        X86 << GPU_SHIFT: with_gpu & table.x86,
        ARM << GPU_SHIFT: with_gpu & table.arm,
        XEN: table.choosable & table.x86 & on_xen,
        I386: table.choosable & table.x86_32 & on_xen,
    }


def on_hosts(table: TypeTable) -> Bools:
    """The types (n,) that Dedicated Hosts run."""
    return np.asarray(table.choosable & table.x86 & np.isin(table.family, sorted(HOST_FAMILIES)))


def left_by_rules(table: TypeTable, values: Mapping[str, float]) -> Bools:
    """The types (n,) that can be chosen: current ones, of the generations and sizes that the rules allow.

    The latest generations are all on Nitro: T2 on Xen is not new to x86 for want of a third one.
    """
    allowed = _left(table, table.choosable, values) & allowed_families(table, int(values["families"]))
    if newest := int(values["generations"]):
        allowed &= ages(table) < newest
    return allowed


@lru_cache(maxsize=64)
def allowed_families(table: TypeTable, rule: int) -> Bools:
    """The types (n,) of families that the rule allows: all, those of GENERAL, or of these Intel's on x86."""
    if rule == ANY_FAMILY:
        return frozen(np.ones(len(table), dtype=np.bool_))
    makers = ("", INTEL_LETTER, ARM_LETTER) if rule == INTEL_FAMILIES else None
    allowed = {family for family in set(table.families) if _is_general(family, makers)}
    return frozen(np.isin(table.family, sorted(allowed)))


def _is_general(family: str, makers: tuple[str, ...] | None) -> bool:
    """Whether a family is of GENERAL, with one of these letters for its processor where they are given."""
    try:
        name = parse_family(family)
    except BadName:
        return False
    return name.series in GENERAL and (makers is None or name.processor in makers)


def gpus_left_by_rules(table: TypeTable, values: Mapping[str, float]) -> Bools:
    """The types with a GPU (n,) that can be chosen. Their generations are not counted: which one suits is decided by
    the GPU, not by its age.
    """
    return _left(table, table.with_gpu, values)


def _left(table: TypeTable, kind: Bools, values: Mapping[str, float]) -> Bools:
    allowed = kind & table.current_generation
    if values["generations"]:
        allowed &= ~table.on_xen
    return np.asarray(allowed & _even(table, values))


def _even(table: TypeTable, values: Mapping[str, float]) -> Bools:
    return np.asarray((table.vcpu % 2 == 0) | (values["even_vcpu"] == 0))


def may_burst(evidence: str, values: Mapping[str, float]) -> bool:
    """Whether a workload whose demand is known in this way (labs.choices.Evidence) may have a burstable type."""
    return evidence in MAY_BURST[int(values["burstable"])]


def arch_bits_of(architecture: str, values: Mapping[str, float]) -> int:
    """The architectures that a workload may have, as bits; where the rule says so, what runs on both is not on Arm."""
    bits = ARCH_BITS.get(architecture, X86)
    return X86 if bits == X86 | ARM and not values["arm_types"] else bits


def types_at(table: TypeTable, rows: Ints, values: Mapping[str, float]) -> tuple[InstanceTypes, Ints]:
    """The types of these rows of the table as the engine takes them, and the rows."""
    sustained = np.where(
        table.burstable[rows] | table.flex[rows], table.vcpu[rows] * table.baseline_share[rows], np.nan
    )
    arch = (X86 * table.x86[rows] + ARM * table.arm[rows]) << (GPU_SHIFT * table.accelerated[rows])
    prices = np.column_stack(
        [_prices(table, rows, HourlyTerms(system, PurchaseOption.ON_DEMAND, values)) for system in SYSTEMS]
    )
    types = InstanceTypes.of((table.vcpu[rows], table.memory_gib[rows]), prices, arch, sustained)
    return replace(types, limits=limits_of(table)[rows], limit_reasons=LIMIT_REASONS), rows


LIMIT_REASONS = (*[NoType.LIMITS] * 3, *[NoType.VOLUMES] * 2)


def limits_of(table: TypeTable) -> F64:
    """What each type (n, 5) gives lastingly, bursts left out: MB/s and IOPS of EBS, MB/s of the network; the volumes
    and further network interfaces that it connects together, and the volumes alone, each where it is limited so.
    """
    return np.column_stack(
        [
            table.ebs_baseline_mbps / BITS_PER_BYTE,
            table.ebs_baseline_iops,
            table.network_gbps * 1000 / BITS_PER_BYTE,
            np.where(table.shared_volumes, table.volumes, np.inf),
            table.volumes,
        ]
    )


def _prices(table: TypeTable, rows: Ints, terms: HourlyTerms) -> F64:
    price = table_usd_per_hour(table, terms)[rows]
    return np.where(table.x86[rows], price, np.nan) if terms.system in X86_SYSTEMS else price
