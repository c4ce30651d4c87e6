"""How old the processors of instance types are, and what one of their vCPU is worth in cores."""

from functools import cache

import numpy as np

from instances.catalog.type_table import TypeTable
from virtlab.engine.arrays import F64

LAUNCHED = (
    ("Sandy Bridge|E5-2670|E5-2665", 2012),
    ("E5-2651 V2|E5-2680 V2", 2013),
    ("Haswell|E5-2666 V3|E5-2676 v3|E7-8880 v3", 2014),
    ("Broadwell|E5-2686 v4", 2016),
    ("Skylake|8175M|8124M|8151|8176M|8700B", 2017),
    ("Cascade Lake|8259|8252C", 2019),
    ("Ice Lake", 2021),
    ("Sapphire Rapids|Emerald Rapids", 2023),
    ("Granite Rapids", 2024),
    ("7571", 2017),
    ("7R32", 2019),
    ("7R13", 2021),
    ("9R14", 2022),
    ("9R45|9R05", 2024),
    ("Graviton2", 2019),
    ("Graviton3", 2021),
    ("Graviton4", 2023),
    ("Graviton", 2018),
)
"""Parts of a processor's name as the catalogue has it → the year of its launch; the first that occurs decides. Intel
ARK (launch dates of the generations), AMD's announcements of EPYC, AWS's of Graviton at re:Invent; read 2026-11."""


@cache
def launch_year(cpu: str) -> float:
    """The year in which a processor was launched; NaN where its name is not known."""
    for names, year in LAUNCHED:
        if any(name in cpu for name in names.split("|")):
            return float(year)
    return float("nan")


def launch_years(table: TypeTable) -> F64:
    """The launch year of each type's processor (n,); of a name that is not known the middle of all."""
    years = np.array([launch_year(cpu) for cpu in table.cpus], dtype=np.float64)
    known = years[np.isfinite(years)]
    return np.where(np.isfinite(years), years, np.median(known) if known.size else np.nan)


def cores_per_vcpu(table: TypeTable, smt_gain: float) -> F64:
    """Cores that one vCPU of each type is worth (n,): one of two threads shares its core, and what both gain."""
    return np.where(table.threads_per_core > 1, smt_gain / 2, 1.0)
