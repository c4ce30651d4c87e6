"""The tables of the layers page: what guests get, what that rests on, and what each hypervisor can do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hosts.pages.hypervisors.comparison import Outcome, Range
from virtlab.engine.hypervisors.hypervisor import Hypervisor
from virtlab.engine.sourced import Kind, Sourced
from virtlab.web import formats
from virtlab.web.hypervisor_sources import source_words
from virtlab.web.hypervisor_words import CHANGES, FEATURES

ENGINE = "virtlab.engine.hypervisors.same_load"
SPECPOWER = "SPECpower_ssj2008"


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of one side: the usual value, the range of the sources, and how far it can be trusted."""

    value: str
    note: str = ""
    kind: str = ""
    source: str = ""
    date: str = ""
    css: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its name, and what each side says."""

    name: str
    cells: Sequence[Cell]


def result_rows(sides: Sequence[Outcome]) -> list[Row]:
    """What the same load gets on both sides."""
    makers: tuple[tuple[str, Callable[[Outcome], Cell]], ...] = (
        (_("Servers"), _servers),
        (_("CPU that guests get"), _cpu),
        (_("CPU ready: waiting for a core"), _ready),
        (_("Memory left for guests"), _memory),
        (_("Disk accesses that guests get"), _iops),
        (_("Way of an access"), _latency),
        (_("Servers busy"), _busy),
        (_("Power"), _power),
    )
    return [Row(name, [make(side) for side in sides]) for name, make in makers]


def _servers(side: Outcome) -> Cell:
    text = side.question.model.name
    return Cell(formats.number(side.servers), text)


def _range(values: Range, write: Callable[[float], str]) -> str:
    low, high = write(min(values)), write(max(values))
    return "" if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}


def _cpu(side: Outcome) -> Cell:
    wanted = side.question.load.cpu_cores
    of = _("of %(wanted)s cores of work") % {"wanted": formats.number(wanted)}
    return _computed(side, side.cpu, formats.number, side.kind.cpu_overhead, of)


def _ready(side: Outcome) -> Cell:
    return _computed(side, side.ready, lambda value: formats.percent(value, 1), side.kind.cpu_overhead, side.ready_word)


def _busy(side: Outcome) -> Cell:
    return _computed(side, side.utilisation, lambda value: formats.percent(value, 0), side.kind.host_cpu_share)


def _power(side: Outcome) -> Cell:
    model = side.question.model
    source = f"{ENGINE}; {SPECPOWER}, {model.name}"
    return Cell(
        formats.watts(side.power[1]), _range(side.power, formats.watts), Kind.DERIVED, source, str(model.published)
    )


def _iops(side: Outcome) -> Cell:
    of = _("of %(wanted)s per s") % {"wanted": formats.number(side.question.load.iops)}
    return _computed(side, side.iops, lambda value: formats.number(value, 0), side.kind.io_share, of)


def _memory(side: Outcome) -> Cell:
    needed = formats.gib(side.question.load.memory_gib)
    fits = _("%(needed)s needed: it fits") if side.memory_fits else _("%(needed)s needed: it does not fit")
    rests = side.kind.host_memory_gib
    css = "" if side.memory_fits else "bad"
    source = f"{ENGINE}; {source_words(rests.source)}"
    return Cell(formats.gib(side.memory_gib), fits % {"needed": needed}, Kind.DERIVED, source, rests.date, css)


def _latency(side: Outcome) -> Cell:
    name, meaning = side.latency
    return Cell(name, meaning)


def _computed(side: Outcome, values: Range, write: Callable[[float], str], rests: Sourced, of: str = "") -> Cell:
    """A computed figure, its range, and the source of what it rests on most."""
    note = " · ".join(filter(None, (of, _range(values, write))))
    return Cell(write(values[1]), note, Kind.DERIVED, f"{ENGINE}; {source_words(rests.source)}", rests.date)


FIGURES: tuple[tuple[str | Promise, str, str], ...] = (
    (gettext_lazy("Extra CPU time for the same work"), "cpu_overhead", "%"),
    (gettext_lazy("Disk accesses, of the bare hardware's"), "io_share", "%"),
    (gettext_lazy("Cores that the host's own system takes"), "host_cpu_share", "%"),
    (gettext_lazy("Memory that the host keeps"), "host_memory_gib", "GiB"),
    (gettext_lazy("and of its memory"), "host_memory_share", "%"),
    (gettext_lazy("Beside each guest's memory"), "guest_memory_share", "%"),
)


def figure_rows(sides: Sequence[Hypervisor]) -> list[Row]:
    """The sourced figures that the results rest on."""
    return [Row(str(name), [_sourced(getattr(one, field), unit) for one in sides]) for name, field, unit in FIGURES]


def _sourced(figure: Sourced, unit: str) -> Cell:
    write = _percent if unit == "%" else formats.gib
    low, high = figure.range
    note = _range((low, figure.value, high), write)
    return Cell(write(figure.value), note, figure.kind, figure.source, figure.date)


def _percent(share: float) -> str:
    return f"{formats.exact(share * 100)}{formats.NBSP}%"


def ability_rows(sides: Sequence[Hypervisor]) -> tuple[list[Row], list[Row]]:
    """What each changes on a running guest, and what it has or lacks."""
    live = [Row(str(CHANGES[one]), [_live(side, yes=side.changes_live(one)) for side in sides]) for one in CHANGES]
    has = [Row(str(FEATURES[one]), [_has(yes=side.can(one)) for side in sides]) for one in FEATURES]
    return live, has


def _live(side: Hypervisor, *, yes: bool) -> Cell:
    value = _("live") if yes else _("needs stop")
    source = side.live_source
    if source is None:
        return Cell(value, css="ok" if yes else "mute")
    return Cell(value, "", source.kind, source.source, source.date, "ok" if yes else "mute")


def _has(*, yes: bool) -> Cell:
    return Cell(_("has it") if yes else _("lacks it"), css="ok" if yes else "mute")
