"""The physics of a step as tables: whatever the engine gave, with names and units read from its keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from virtlab.web import formats
from virtlab.web.lazy_text import LazyText

# The unit is the end of a key, the longest first.
UNITS = (
    ("_mib_per_s", "MiB/s"),
    ("_gib_per_s", "GiB/s"),
    ("_bytes_per_s", "B/s"),
    ("_usd_per_hour", "USD/h"),
    ("_gbps", "Gb/s"),
    ("_mbps", "Mb/s"),
    ("_mib", "MiB"),
    ("_gib", "GiB"),
    ("_bytes", "B"),
    ("_ms", "ms"),
    ("_pct", "%"),
    ("_w", "W"),
    ("_s", "s"),
)
NAMES: dict[str, LazyText] = {
    "sent": gettext_lazy("Sent"),
    "left": gettext_lazy("Left"),
    "dirtied": gettext_lazy("Written meanwhile"),
    "duration": gettext_lazy("Duration"),
    "downtime": gettext_lazy("Downtime"),
    "bandwidth": gettext_lazy("Bandwidth"),
    "dirty_rate": gettext_lazy("Rate of writing"),
    "memory": gettext_lazy("Memory"),
    "disk": gettext_lazy("Disk"),
    "round": gettext_lazy("Round"),
    "rounds": gettext_lazy("Rounds of pre-copy"),
    "total": gettext_lazy("In all"),
    "converged": gettext_lazy("Converged"),
    "throttle": gettext_lazy("VM slowed down"),
    "rate": gettext_lazy("Rate"),
}


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one kind; columns are (name, unit)."""

    title: str
    columns: list[tuple[str, str]]
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class Physics:
    """What is known of a step: single facts (name, value, unit) and tables."""

    facts: list[tuple[str, str, str]]
    tables: list[Table]

    def __bool__(self) -> bool:
        return bool(self.facts or self.tables)


def physics_of(stored: Mapping[str, Any]) -> Physics:
    """A step's physics for the page; "kind" only names what it is."""
    facts, tables = [], []
    for key, value in stored.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            tables.append(_table(key, value))
        elif key != "kind" and not isinstance(value, (list, dict)):
            name, unit = _name_and_unit(key)
            facts.append((name, _shown(value), unit))
    return Physics(facts, tables)


def _table(key: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    keys = list(rows[0])
    numbered = [[str(number), *(_shown(row.get(k)) for k in keys)] for number, row in enumerate(rows, 1)]
    title, _unit = _name_and_unit(key)
    return Table(title, [("#", ""), *map(_name_and_unit, keys)], numbered)


def _name_and_unit(key: str) -> tuple[str, str]:
    for end, unit in UNITS:
        if key.endswith(end):
            return _name(key.removesuffix(end)), unit
    return _name(key), ""


def _name(key: str) -> str:
    return str(NAMES[key]) if key in NAMES else key.replace("_", " ").capitalize()


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return formats.number(value) if isinstance(value, (int, float)) else str(value if value is not None else "–")
