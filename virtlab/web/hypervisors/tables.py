"""The tables of a comparison: what guests get, what that rests on, and what each hypervisor can do."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple, TypeVar

from django.utils.translation import gettext_lazy as _

from virtlab.engine.hypervisors.guest_rules import FACT
from virtlab.engine.hypervisors.hypervisor import Change, Feature, Hypervisor
from virtlab.engine.load.overcommit import ready_class
from virtlab.engine.sourced import Kind, Sourced
from virtlab.web import formats
from virtlab.web.hypervisors.comparison import Comparison, Outcome, Range
from virtlab.web.hypervisors.sources import source_words
from virtlab.web.hypervisors.words import CHANGES, FEATURES, FIGURES, LATENCIES, LIMITS, READY, RULES
from virtlab.web.lazy_text import LazyText

ENGINE = "virtlab.engine.hypervisors.same_load"
UNITS = ("GiB", "vCPU")
K = TypeVar("K")


class Cell(NamedTuple):
    """What a row says of one hypervisor, a note beside it, how far it can be trusted, and where it leads.

    `state` is good, lacking or short where the value is a verdict.
    """

    value: LazyText
    note: LazyText = ""
    state: str = ""
    kind: str = ""
    source: str = ""
    date: str = ""
    address: str = ""


class Row(NamedTuple):
    """A row's name, a cell for each hypervisor, and their unit."""

    name: LazyText
    cells: Sequence[Cell]
    unit: LazyText = ""


def result_rows(comparison: Comparison) -> list[Row]:
    """What the same load gets on each, with the range of the sources."""
    return [Row(name, [cell_of(side) for side in comparison.sides]) for name, cell_of, _short, _unit in RESULTS]


def usual_rows(comparison: Comparison) -> list[Row]:
    """The same in short: the usual values alone."""
    rows = [(cell_of, short, unit) for _name, cell_of, short, unit in RESULTS if short]
    return [Row(short, [_usual(cell_of(side)) for side in comparison.sides], unit) for cell_of, short, unit in rows]


def figure_rows(comparison: Comparison) -> list[Row]:
    """The sourced figures that the results rest on."""
    return _rows(comparison, FIGURES, _figure)


def live_rows(comparison: Comparison) -> list[Row]:
    """What each changes on a running guest."""
    return _rows(comparison, CHANGES, _live)


def feature_rows(comparison: Comparison) -> list[Row]:
    """What each has and lacks, how large a guest may be, and the rules that any of them has."""
    rules = [row for row in _rows(comparison, RULES, _rule) if any(cell.source for cell in row.cells)]
    return [*_rows(comparison, FEATURES, _has), *_rows(comparison, LIMITS, _limit), *rules]


def _rows(comparison: Comparison, words: Mapping[K, LazyText], cell_of: Callable[[Hypervisor, K], Cell]) -> list[Row]:
    return [Row(name, [cell_of(side.hypervisor, key) for side in comparison.sides]) for key, name in words.items()]


def _hosts(side: Outcome) -> Cell:
    return Cell(formats.number(side.hosts), side.question.host.name)


def _cpu(side: Outcome) -> Cell:
    of = _("of %(wanted)s cores of work") % {"wanted": formats.number(side.question.load.cpu_cores)}
    return _computed(side.cpu, formats.number, side.hypervisor.cpu_overhead, of)


def _ready(side: Outcome) -> Cell:
    word = str(READY[ready_class(side.ready[1])])
    return _computed(side.ready, partial(formats.percent, digits=1), side.hypervisor.cpu_overhead, word)


def _memory(side: Outcome) -> Cell:
    fits = _("%(needed)s needed: it fits") if side.memory_fits else _("%(needed)s needed: it does not fit")
    note = fits % {"needed": formats.gib(side.question.load.memory_gib)}
    rests, state = side.hypervisor.host_memory_gib, "" if side.memory_fits else "short"
    return _derived(formats.gib(side.memory_gib), note, source_words(rests.source), rests.date, state)


def _iops(side: Outcome) -> Cell:
    of = _("of %(wanted)s per s") % {"wanted": formats.number(side.question.load.iops)}
    return _computed(side.iops, partial(formats.number, digits=0), side.hypervisor.io_share, of)


def _latency(side: Outcome) -> Cell:
    value, note = LATENCIES[side.hypervisor.latency]
    return Cell(value, note)


def _busy(side: Outcome) -> Cell:
    return _computed(side.busy, partial(formats.percent, digits=0), side.hypervisor.host_cpu_share)


def _power(side: Outcome) -> Cell:
    host, spread = side.question.host, _spread(side.power, formats.watts)
    return _derived(formats.watts(side.power[1]), spread, host.power_source, host.power_date)


RESULTS: tuple[tuple[LazyText, Callable[[Outcome], Cell], LazyText, LazyText], ...] = (
    (_("Hosts"), _hosts, "", ""),
    (_("CPU that guests can use"), _cpu, _("CPU work done"), _("cores")),
    (_("CPU ready: waiting for a core"), _ready, _("Waiting for a core"), ""),
    (_("Memory left for guests"), _memory, _("Memory for guests"), ""),
    (_("Disk accesses that guests can make"), _iops, _("Disk accesses per s"), ""),
    (_("Way of an access"), _latency, "", ""),
    (_("CPU use of the hosts"), _busy, _("CPU use of the host"), ""),
    (_("Power"), _power, _("Power"), ""),
)
"""Name, cell, and name and unit in the short table ("" where a row is not in it)."""


def _usual(cell: Cell) -> Cell:
    return Cell(cell.value, _("too little"), cell.state) if cell.state else Cell(cell.value)


def _computed(values: Range, write: Callable[[float], str], rests: Sourced, of: str = "") -> Cell:
    """The usual value, its range, and the source of what it rests on most."""
    note = " · ".join(filter(None, (of, _spread(values, write))))
    return _derived(write(values[1]), note, source_words(rests.source), rests.date)


def _derived(value: str, note: str, source: str, date: str, state: str = "") -> Cell:
    return Cell(value, note, state, Kind.DERIVED, f"{ENGINE}; {source}", date)


def _figure(hypervisor: Hypervisor, field: str) -> Cell:
    figure: Sourced = getattr(hypervisor, field)
    write = formats.gib if figure.unit == "GiB" else _exact_percent
    low, high = figure.range
    return _trusted(Cell(write(figure.value), _spread((low, figure.value, high), write)), figure)


def _live(hypervisor: Hypervisor, change: Change) -> Cell:
    cell = Cell(_("live"), state="good") if hypervisor.changes_live(change) else Cell(_("needs stop"), state="lacking")
    return _trusted(cell, hypervisor.live_source)


def _has(hypervisor: Hypervisor, feature: Feature) -> Cell:
    return Cell(_("has it"), state="good") if hypervisor.can(feature) else Cell(_("lacks it"), state="lacking")


def _limit(hypervisor: Hypervisor, field: str) -> Cell:
    limit: Sourced | None = getattr(hypervisor, field)
    return _trusted(Cell(_amount(limit), hypervisor.limits_of), limit) if limit else Cell("–")


def _rule(hypervisor: Hypervisor, field: str) -> Cell:
    rule: Sourced | None = getattr(hypervisor.rules, field)
    return _trusted(Cell(_amount(rule)), rule) if rule else Cell("–")


def _amount(figure: Sourced) -> LazyText:
    """A limit with its unit; a fact is simply so."""
    if figure.unit in UNITS:
        return (
            formats.gib(figure.value) if figure.unit == "GiB" else f"{formats.number(figure.value)}{formats.NBSP}vCPU"
        )
    return _("yes") if figure.unit == FACT else formats.number(figure.value)


def _trusted(cell: Cell, figure: Sourced | None) -> Cell:
    return cell._replace(kind=figure.kind, source=figure.source, date=figure.date) if figure else cell


def _spread(values: Range, write: Callable[[float], str]) -> str:
    low, high = write(min(values)), write(max(values))
    return "" if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}


def _exact_percent(share: float) -> str:
    return f"{formats.exact(share * 100)}{formats.NBSP}%"
