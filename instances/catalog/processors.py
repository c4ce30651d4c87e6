"""The processors of instance types: how old they are, what one of their vCPU is worth in cores, and the memory that
their power was measured with.
"""

from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from instances.catalog.type_table import TypeTable, frozen
from virtlab.engine.arrays import F64, Bools


class Processor(NamedTuple):
    """Parts of a processor's name, the year of its launch, the vCPU of one of it in AWS's servers, the GiB per
    processor of the servers that its watts were measured on, and how many of it a server of AWS's has.
    """

    names: str
    launched: int
    vcpu: float
    measured_gib: float
    sockets: int


PROCESSORS = (
    Processor("Sandy Bridge|E5-2670|E5-2665", 2012, 16, 16.7, 2),
    Processor("E5-2651 V2|E5-2680 V2", 2013, 16, 9.67, 2),
    Processor("E7-8880 v3|E7 8880v3", 2014, 32, 27.71, 2),
    Processor("Haswell|E5-2666 V3|E5-2676 v3", 2014, 20, 27.71, 2),
    Processor("Broadwell|E5-2686 v4", 2016, 32, 69.65, 2),
    Processor("8700B", 2017, 12, 19.56, 1),
    Processor("8124M", 2017, 36, 81.32, 2),
    Processor("8151", 2017, 24, 81.32, 2),
    Processor("Skylake|8175M|8176M", 2017, 48, 81.32, 2),
    Processor("8252C", 2019, 24, 98.12, 2),
    Processor("Cascade Lake|8259", 2019, 48, 98.12, 2),
    Processor("Ice Lake", 2021, 64, 128.0, 2),
    Processor("Sapphire Rapids|Emerald Rapids", 2023, 96, 256.0, 2),
    Processor("Granite Rapids", 2024, 192, 192.0, 2),
    Processor("7571", 2017, 48, 89.6, 2),
    Processor("7R32", 2019, 96, 129.78, 1),
    Processor("7R13", 2021, 96, 128.0, 2),
    Processor("9R14", 2022, 96, 192.0, 2),
    Processor("9R45|9R05", 2024, 96, 192.0, 2),
    Processor("Graviton2", 2019, 64, 129.78, 1),
    Processor("Graviton3", 2021, 64, 129.78, 1),
    Processor("Graviton4", 2023, 96, 129.78, 2),
    Processor("Graviton5", 2025, 192, 129.78, 1),
    Processor("Graviton", 2018, 16, 129.78, 1),
)
"""The first whose name occurs in the catalogue's decides. Years: Intel ARK (launch dates of the generations), AMD's
announcements of EPYC, AWS's of Graviton at re:Invent; read 2026-11. vCPU: those of the family's largest size ÷ its
processors, whose number is that of Cloud Carbon Footprint's embodied coefficients (two where it has none). GiB: Cloud
Carbon Footprint, GB per physical chip (AWS and Azure constants; Graviton as EPYC 2); from Ice Lake and EPYC 4 on the
SPECpower results of the same generation in the list of server models (RX2540 M6, RX2540 M7, SR665 V3, and the mean of
R770 and DL380 Gen12)."""
UNKNOWN = Processor("", 0, 64, 80.69, 2)
"""A processor that no name tells: the mean of Cloud Carbon Footprint's GB per chip, and the middle of the vCPU."""


@cache
def processor_of(cpu: str) -> Processor:
    """What is known of a processor by its name."""
    found = (known for known in PROCESSORS if any(name in cpu for name in known.names.split("|")))
    return next(found, UNKNOWN)


def launch_year(cpu: str) -> float:
    """The year in which a processor was launched; NaN where its name is not known."""
    return float(processor_of(cpu).launched or "nan")


def launch_years(table: TypeTable) -> F64:
    """The launch year of each type's processor (n,); of a name that is not known the middle of all."""
    return _launch_years(table.cpus)


@lru_cache(maxsize=64)
def _launch_years(cpus: tuple[str, ...]) -> F64:
    years = np.array([launch_year(cpu) for cpu in cpus], dtype=np.float64)
    known = years[np.isfinite(years)]
    middle = np.median(known) if known.size else np.nan
    return frozen(np.where(np.isfinite(years), years, middle))


def cores_per_vcpu(table: TypeTable, smt_gain: float) -> F64:
    """Cores that one vCPU of each type is worth (n,): one of two threads shares its core, and what both gain."""
    return np.where(table.threads_per_core > 1, smt_gain / 2, 1.0)


def extra_memory_gib(size: tuple[F64, F64], cpus: tuple[str, ...], burstable: Bools) -> F64:
    """GiB of instances (n,) of `size` (vCPU, GiB) beyond what the watts per vCPU were measured with, which hold that
    much memory already. None of burstable types, whose servers nobody can tell (Cloud Carbon Footprint, Methodology,
    "Applying the coefficient").
    """
    vcpu, memory_gib = size
    measured = np.array([processor_of(cpu).measured_gib / processor_of(cpu).vcpu for cpu in cpus], dtype=np.float64)
    return np.where(burstable, 0.0, np.maximum(0.0, memory_gib - vcpu * measured))


def extra_memory_of(table: TypeTable) -> F64:
    """The same of every type of a table (n,)."""
    return extra_memory_gib((table.vcpu, table.memory_gib), table.cpus, table.burstable)
