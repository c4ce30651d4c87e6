"""The facts of a type in words: what a row, the comparison and the CSV say alike."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from instances.catalog.names.naming import BadName, parse
from instances.catalog.names.naming_words import explain
from instances.catalog.network_words import network_text
from instances.choices import Hypervisor
from instances.pages.types.explorer import Explored
from virtlab.web import formats


class Compared(NamedTuple):
    """One line of the comparison: what it is, its value for each type, and whether they differ."""

    label: str
    cells: list[str]
    differs: bool


def said(name: str) -> str:
    """What a type's name says, part by part, in one sentence; empty for a name that follows no rule."""
    return _said(name, get_language() or "en")


@lru_cache(maxsize=4096)
def _said(name: str, language: str) -> str:
    try:
        parts = explain(parse(name))
    except BadName:
        return ""
    return " · ".join(f"{part.text}: {part.meaning}" if part.text else str(part.meaning) for part in parts)


def arch_text(explored: Explored, row: int) -> str:
    """x86-64, Arm64, or both."""
    flags = ((explored.table.x86[row], "x86-64"), (explored.table.arm[row], "Arm64"))
    return " · ".join(word for flag, word in flags if flag) or "–"


def watts_text(explored: Explored, row: int) -> str:
    """Watts at rest and under full load, processor only."""
    table = explored.table
    idle, full = (float(w[row] * table.vcpu[row]) for w in (table.idle_w_per_vcpu, table.full_w_per_vcpu))
    return "–" if np.isnan(full) else f"{formats.number(idle, 1)}–{formats.watts(full, 1)}"


def _priced(amount: float, write: Callable[[float], str]) -> str:
    """An amount, or that there is none."""
    return write(amount) if np.isfinite(amount) else str(formats.NOT_IN_CATALOGUE)


def compared(explored: Explored) -> list[Compared]:
    """The comparison's lines; those that differ are marked."""
    rows = [explored.table.row_of[name] for name in explored.compared]
    lines = ((label, [text(row) for row in rows]) for label, text in _facts(explored))
    return [Compared(label, cells, len(set(cells)) > 1) for label, cells in lines]


def _facts(explored: Explored) -> Sequence[tuple[str, Callable[[int], str]]]:
    table, facts = explored.table, explored.facts
    return (
        (_("vCPU"), lambda row: formats.number(table.vcpu[row])),
        (_("Memory"), lambda row: formats.gib(table.memory_gib[row])),
        (_("Memory per vCPU"), lambda row: formats.gib(table.memory_gib[row] / table.vcpu[row])),
        (_("Processor"), lambda row: facts.cpu[row] or "–"),
        (_("Architecture"), lambda row: arch_text(explored, row)),
        (_("Hypervisor"), lambda row: str(Hypervisor(table.hypervisors[row]).label)),
        (_("Generation"), lambda row: str(facts.generation[row] or "–")),
        (_("CPU that lasts"), lambda row: formats.percent(table.baseline_share[row], 0)),
        (_("Network"), lambda row: network_text(facts.network[row])),
        (_("EBS bandwidth"), lambda row: formats.with_unit(table.ebs_baseline_mbps[row], "Mb/s")),
        (_("EBS operations"), lambda row: formats.with_unit(table.ebs_baseline_iops[row], "IOPS")),
        (_("Instance store"), lambda row: formats.with_unit(table.instance_store_gb[row] or None, "GB")),
        (_("Zones that offer it"), lambda row: formats.number(table.zones[row])),
        (_("CPU watts, idle to full"), lambda row: watts_text(explored, row)),
        (_("USD per hour"), lambda row: _priced(explored.usd[row], formats.exact)),
        (_("USD per month"), lambda row: formats.price(explored.month_usd(row), 2)),
        (_("JPY per month"), lambda row: _priced(explored.month_usd(row) * explored.usd_jpy, formats.jpy)),
        (_("USD per vCPU and month"), lambda row: formats.price(explored.month_usd(row) / table.vcpu[row], 2)),
    )
