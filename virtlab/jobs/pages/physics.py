"""The physics of steps as tables: whatever the engine gave, with names and units read from its keys."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from virtlab.jobs.models import Step
from virtlab.jobs.text import Text
from virtlab.web import formats
from virtlab.web.formats import NONE
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
    "rate": gettext_lazy("Rate"),
    "round": gettext_lazy("Round"),
    "rounds": gettext_lazy("Rounds of pre-copy"),
    "total": gettext_lazy("In all"),
    "converged": gettext_lazy("Converged"),
    "throttle": gettext_lazy("VM slowed down"),
}


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one kind; columns are (name, unit)."""

    title: str
    columns: list[tuple[str, str]]
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class Physics:
    """What is known of a job's steps: single figures, a row for each step and a column (name, unit) for each kind of
    figure; and tables of what a step does over and over.
    """

    columns: list[tuple[str, str]]
    rows: list[tuple[Text, list[str]]]
    tables: list[Table]

    def __bool__(self) -> bool:
        return bool(self.rows or self.tables)


def physics_of(steps: Iterable[Step]) -> Physics:
    """The physics of steps for the job's page; "kind" only names what it is."""
    told = [(step, _facts(step.physics)) for step in steps]
    keys = _in_order(key for _step, facts in told for key in facts)
    rows = [
        (step.title, [_shown(facts[key]) if key in facts else NONE for key in keys]) for step, facts in told if facts
    ]
    return Physics([_name_and_unit(key) for key in keys], rows, [table for step, _ in told for table in _tables(step)])


def _facts(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in stored.items() if key != "kind" and not isinstance(value, (list, dict))}


def _tables(step: Step) -> Iterator[Table]:
    for key, value in step.physics.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield _table(key, value, step.title)


def _table(key: str, rows: Sequence[Mapping[str, Any]], step: Text) -> Table:
    keys = _in_order(rows[0])
    numbered = [[str(number), *(_shown(row.get(k)) for k in keys)] for number, row in enumerate(rows, 1)]
    title, _unit = _name_and_unit(key)
    return Table(f"{step}: {title}", [("#", ""), *map(_name_and_unit, keys)], numbered)


def _in_order(keys: Iterable[str]) -> list[str]:
    """Each key once, in the order of NAMES, unknown ones last: not every database keeps the order of what it holds."""
    known = list(NAMES)
    place = {key: known.index(name) if (name := _split(key)[0]) in NAMES else len(known) for key in keys}
    return sorted(place, key=lambda key: (place[key], key))


def _split(key: str) -> tuple[str, str]:
    """The name in a key, and its unit."""
    for end, unit in UNITS:
        if key.endswith(end):
            return key.removesuffix(end), unit
    return key, ""


def _name_and_unit(key: str) -> tuple[str, str]:
    name, unit = _split(key)
    return _name(name), unit


def _name(key: str) -> str:
    return str(NAMES[key]) if key in NAMES else key.replace("_", " ").capitalize()


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return formats.number(value) if isinstance(value, (int, float)) else str(value if value is not None else "–")
