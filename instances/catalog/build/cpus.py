"""Which processor a family has and which power coefficient fits it."""

import re
from collections.abc import Mapping

from instances.catalog.names.naming import BadName, TypeName, parse_family

# First match counts: narrower patterns stand first. Code names by processor number: Intel's and AMD's product pages.
COEFFICIENT_BY_CPU = [
    (r"Graviton", "Graviton"),
    (r"i7-8700B", "Coffee Lake"),
    (r"Granite Rapids", "Granite Rapids"),
    (r"Emerald Rapids", "Emerald Rapids"),
    (r"Sapphire Rapids", "Sapphire Rapids"),
    (r"Ice Lake", "Ice Lake"),
    (r"Cascade Lake|8259|8252C|8275CL|8280L", "Cascade Lake"),
    (r"Skylake|Platinum 81", "Skylake"),
    (r"(?i)E5-\S+ v4|Broadwell", "Broadwell"),
    (r"(?i)E[57][- ]\S+ v3|Haswell", "Haswell"),
    (r"(?i)E5-\S+ v2", "Ivy Bridge"),
    (r"E5-26", "Sandy Bridge"),
    (r"EPYC 7571", "EPYC 1"),
    (r"7R32", "EPYC 2"),
    (r"7R13", "EPYC 3"),
    (r"9R14", "EPYC 4"),
    (r"9R45|9R05", "EPYC 5"),
]


def coefficient_name(cpu: str) -> str:
    """The key of the power coefficient for a processor as AWS names it; empty where none is published."""
    return next((key for pattern, key in COEFFICIENT_BY_CPU if re.search(pattern, cpu)), "")


def family_cpus(families: list[str], known: Mapping[str, str]) -> dict[str, tuple[str, bool]]:
    """Each family's processor, and whether that was taken from a sibling: one of the same series, generation and
    processor letter, whose options alone differ (c8in has c8i's processor).
    """
    cpu_of: dict[str, tuple[str, bool]] = {}
    for family in families:
        cpu = known.get(family, "")
        cpu_of[family] = (cpu, False) if cpu else (_sibling_cpu(family, known), True)
    return cpu_of


def _sibling_cpu(family: str, known: Mapping[str, str]) -> str:
    try:
        wanted = _kin(parse_family(family))
        kin = sorted(other for other, cpu in known.items() if cpu and _kin(parse_family(other)) == wanted)
    except BadName:
        return ""
    if kin:
        return known[kin[0]]
    return "AWS Graviton" if wanted[2] == "g" else ""


def _kin(name: TypeName) -> tuple[str, int | None, str, str]:
    """What decides the processor: a suffix names a machine of its own, except flex, which is the same one shared."""
    return name.series, name.generation, name.processor, "" if name.flex else name.suffix
