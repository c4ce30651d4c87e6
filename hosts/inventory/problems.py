"""What is wrong with a file, said by tab, row and column. Kept as code and values, put into words when shown."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from virtlab.web.lazy_text import LazyText

KEPT_PER_CODE = 500
SHOWN_CHARACTERS = 80


class Severity(StrEnum):
    """How much a problem matters: a row was left out, a row wants a look, a default stands in for what was not said."""

    ERROR = "error"
    WARNING = "warning"
    DEFAULT = "default"


SEVERITIES = {Severity.ERROR: _("Left out"), Severity.WARNING: _("Look at it"), Severity.DEFAULT: _("Assumed")}


class Message(NamedTuple):
    """The words of one kind of problem."""

    severity: Severity
    text: LazyText


E, W, D = Severity.ERROR, Severity.WARNING, Severity.DEFAULT
MESSAGES: dict[str, Message] = {
    "name-missing": Message(E, _("The name is missing. The row is left out.")),
    "formula-empty": Message(
        E,
        _(
            "“%(column)s” holds a formula without a result. Open the file in a spreadsheet program and save it again. "
            "The row is left out."
        ),
    ),
    "header-below": Message(W, _("The header is taken from this row; what stands above it is ignored.")),
    "empty-rows": Message(W, _("%(value)s rows of this tab have a format and no value. They count as nothing.")),
    "merged-cells": Message(
        W, _("Cells are merged (%(value)s): only the first of each holds its value, the others are empty.")
    ),
    "memory-small": Message(W, _("“%(name)s” has %(value)s MiB of memory: GiB meant?")),
    "usage-fraction": Message(
        W, _("The CPU usage of every host is below 1 %%: fractions instead of percentages? They are taken as written.")
    ),
    "missing": Message(E, _("“%(column)s” is empty. The row is left out.")),
    "not-a-number": Message(E, _("“%(value)s” is not a number. The row is left out.")),
    "negative": Message(E, _("%(value)s is negative. The row is left out.")),
    "too-large": Message(E, _("%(value)s is more than %(limit)s, which no VM has. The row is left out.")),
    "too-small": Message(E, _("%(value)s is less than %(limit)s. The row is left out.")),
    "not-whole": Message(E, _("%(value)s is not a whole number. The row is left out.")),
    "value-ignored": Message(W, _("“%(value)s” cannot be used here and is ignored.")),
    "duplicate-row": Message(E, _("“%(value)s” stands in this file twice with the same data. This row is left out.")),
    "duplicate-name": Message(W, _("Another VM has the name “%(value)s”. This one is called “%(name)s”.")),
    "duplicate-host": Message(E, _("The host “%(value)s” stands in this tab twice. This row is left out.")),
    "renamed-row": Message(
        W, _("“%(value)s” has the UUID of “%(name)s” in the same vCenter: it is that VM. This row is left out.")
    ),
    "uuid-twice": Message(W, _("“%(value)s” has the UUID of “%(name)s”, but another VM ID or vCenter: both are kept.")),
    "several-vcenters": Message(
        D, _("The file is of several vCenters (%(value)s). Hosts and clusters of one name in two of them stay two.")
    ),
    "owner-unclear": Message(
        W, _("Rows of other tabs for “%(value)s” may be of any of %(vms)s VMs of that name. They are not used.")
    ),
    "name-shortened": Message(W, _("The name is longer than 255 characters and was shortened.")),
    "set-apart": Message(
        W, _("“%(value)s” serves the platform (%(rule)s): set apart, and carried nowhere by comparisons.")
    ),
    "row-too-wide": Message(W, _("The row has more cells than the header. The cells beyond it are ignored.")),
    "host-name-differs": Message(W, _("“%(value)s” is taken as the host “%(host)s”, which another tab names so.")),
    "host-unknown": Message(
        W,
        _("No tab describes the host “%(value)s”. Its %(vms)s VMs are placed on the other hosts of %(cluster)s."),
    ),
    "vm-larger-than-host": Message(
        W, _("“%(name)s” (%(vcpu)s vCPU, %(memory)s GiB) is larger than any host of %(cluster)s, so it fits on none.")
    ),
    "power-state": Message(W, _("The power state “%(value)s” is not known. The VM is taken as running.")),
    "usage-over-100": Message(W, _("A utilisation of %(value)s is more than 100 %% and is taken as 100 %%.")),
    "tab-unreadable": Message(W, _("This tab has no header that VirtLab knows. It is not used.")),
    "disk-assumed": Message(D, _("The size of the disks is not known. It counts as %(value)s GiB on both sides.")),
    "disk-from-provisioned": Message(
        D,
        _(
            "The file gives what is provisioned, not the size of the disks: %(value)s GiB of it are taken as swap file "
            "and snapshots."
        ),
    ),
    "beyond-disks": Message(
        W, _("%(value)s GiB more are in use than the disks hold: taken as snapshots, which count apart.")
    ),
    "disk-root-only": Message(D, _("This kind of file knows only the first disk of a VM. Others are not counted.")),
    "disk-used-assumed": Message(D, _("The disk space in use is not given: all that is provisioned is assumed used.")),
    "power-assumed": Message(D, _("The power state is not given: running assumed.")),
    "os-assumed": Message(D, _("The operating system “%(value)s” is not known: “Other” assumed.")),
    "os-missing": Message(D, _("The operating system is not given: “Other” assumed.")),
    "cluster-assumed": Message(D, _("No cluster is given: “%(value)s” assumed.")),
    "hypervisor-assumed": Message(D, _("The hypervisor is not given: %(value)s assumed.")),
    "host-cores-assumed": Message(D, _("The cores of the host “%(name)s” are not given: %(value)s assumed.")),
    "host-memory-assumed": Message(D, _("The memory of the host “%(name)s” is not given: %(value)s GiB assumed.")),
    "hosts-assumed": Message(
        D,
        _("No host is described for %(cluster)s: %(value)s hosts of %(cores)s cores and %(memory)s GiB assumed."),
    ),
    "placement-assumed": Message(
        D, _("The host of %(value)s VMs of %(cluster)s is not known: they are spread over its hosts by memory.")
    ),
    "datastore-duplicate": Message(E, _("The datastore “%(value)s” stands in this tab twice. This row is left out.")),
    "datastore-unused": Message(W, _("No VM of this file uses the datastore “%(value)s”. It is left out.")),
    "datastore-split": Message(
        W,
        _("The datastore “%(value)s” serves several clusters. Each gets the share that its VMs hold of it."),
    ),
    "datastore-ambiguous": Message(
        W, _("Several datastores are called “%(value)s”, and no tab says on which “%(name)s” lies: the first is taken.")
    ),
    "data-reduction": Message(
        W,
        _(
            "The array of “%(name)s” uses %(value)s GiB of %(capacity)s GiB for %(held)s GiB that its VMs hold: a data "
            "reduction of %(ratio)s : 1."
        ),
    ),
    "data-reduction-assumed": Message(
        D,
        _(
            "The VMs of “%(name)s” hold %(held)s GiB on %(capacity)s GiB, and how much the array uses is not given: a "
            "data reduction of %(ratio)s : 1 assumed, which leaves a fifth free."
        ),
    ),
    "datastore-overcommitted": Message(
        W, _("“%(name)s” has %(capacity)s GiB, and %(value)s GiB are allocated on it: %(ratio)s times as much.")
    ),
    "datastore-size-assumed": Message(
        D, _("The size of the datastore “%(name)s” is not given: %(value)s GiB assumed, a quarter more than allocated.")
    ),
    "datastores-assumed": Message(
        D,
        _("No datastore is given for %(machines)s VMs of %(cluster)s: one of %(value)s GiB assumed."),
    ),
    "host-partly-listed": Message(
        W,
        _(
            "The file lists %(vms)s VMs that run on “%(value)s”, %(share)s of what runs there: they get that share of "
            "its use."
        ),
    ),
    "host-uses-more": Message(
        W,
        _(
            "“%(value)s” uses more than its %(vms)s VMs of this file can: others must run on it. Its use is not shared "
            "among them."
        ),
    ),
    "usage-from-host": Message(
        D, _("%(value)s VMs get their share of their host's utilisation, since their own is not given.")
    ),
    "usage-assumed": Message(
        D, _("%(value)s VMs get the mean utilisation of the lab's parameters, since none is given for them.")
    ),
    "trace-unmatched": Message(W, _("No VM of this lab is called “%(value)s”.")),
    "trace-no-size": Message(
        W, _("The file does not say how large %(value)s of its VMs are: they can only be matched by name.")
    ),
    "trace-bad-rows": Message(E, _("%(value)s rows have no usable name, time or number. They are left out.")),
    "trace-few-samples": Message(W, _("“%(value)s” has only %(samples)s of %(expected)s samples. Gaps are bridged.")),
    "trace-shortened": Message(D, _("The file spans %(value)s days: the last %(days)s are used.")),
    "trace-resampled": Message(D, _("Samples are averaged to five minutes.")),
    "trace-no-memory": Message(D, _("The file has no memory: the mean of the lab's parameters is assumed.")),
    "trace-unit": Message(D, _("“%(column)s” is read as %(value)s.")),
}


@dataclass(slots=True, kw_only=True)
class Problem:
    """One finding. `row` is the number that a spreadsheet shows, 0 where it concerns the whole tab."""

    code: str
    tab: str = ""
    row: int = 0
    column: str = ""
    value: str = ""
    params: dict[str, str | int | float] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        return MESSAGES[self.code].severity

    @property
    def message(self) -> str:
        """The finding in words of the current language."""
        return str(MESSAGES[self.code].text) % {"value": self.value, "column": self.column, **self.params}


@dataclass(slots=True)
class ProblemLog:
    """Collects problems: all are counted, the first few hundred of each kind are kept."""

    kept: list[Problem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    left_out: dict[tuple[str, int], str] = field(default_factory=dict)  # the code of each row left out, by tab and row

    def add(
        self, code: str, *, tab: str = "", row: int = 0, column: str = "", value: object = "", **params: str | float
    ) -> None:
        """Notes one finding; KeyError for a code that has no words."""
        assert code in MESSAGES, code
        self.counts[code] += 1
        if row and MESSAGES[code].severity == Severity.ERROR:
            self.left_out.setdefault((tab, row), code)
        if self.counts[code] <= KEPT_PER_CODE:
            shown = shorten(str(value))
            self.kept.append(Problem(code=code, tab=tab, row=row, column=column, value=shown, params=dict(params)))


def shorten(text: str) -> str:
    """A cell's text, short and printable enough to be quoted in a message."""
    printable = "".join(mark if mark.isprintable() else " " for mark in text)
    return printable if len(printable) <= SHOWN_CHARACTERS else f"{printable[:SHOWN_CHARACTERS]}…"
