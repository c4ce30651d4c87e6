"""The words of each kind of problem of traces, by its code."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from hosts.inventory.problems.kinds import COUNT, Message, Severity

E, W, D = Severity.ERROR, Severity.WARNING, Severity.DEFAULT
TRACE_MESSAGES: dict[str, Message] = {
    "trace-unmatched": Message(W, _("No VM of this lab is called “%(value)s”.")),
    "trace-by-id": Message(
        D,
        ngettext_lazy(
            "%(count)s trace is matched by the UUID or ID of its VM.",
            "%(count)s traces are matched by the UUIDs or IDs of their VMs.",
            COUNT,
        ),
    ),
    "trace-by-spelling": Message(
        D,
        ngettext_lazy(
            "%(count)s trace is matched by the name of its VM without blanks.",
            "%(count)s traces are matched by the names of their VMs without blanks.",
            COUNT,
        ),
    ),
    "trace-by-short-name": Message(
        D,
        ngettext_lazy(
            "%(count)s trace is matched by short name, without the domain.",
            "%(count)s traces are matched by short name, without the domain.",
            COUNT,
        ),
    ),
    "trace-unclear": Message(
        W,
        _(
            "Whose the trace “%(value)s” is cannot be told: it, or others like it, may be of %(names)s. It is given to "
            "none."
        ),
    ),
    "trace-no-size": Message(
        W,
        ngettext_lazy(
            "The file does not say how large %(count)s of its VMs is: its trace can only be given to a VM of the lab.",
            "The file does not say how large %(count)s of its VMs are: their traces can only be given to VMs of the "
            "lab.",
            COUNT,
        ),
    ),
    "trace-row-time": Message(
        E,
        _(
            "The row has no time that can be read (seconds since 1970, or a date like 2026-03-02 14:05). It is left "
            "out."
        ),
    ),
    "trace-row-number": Message(
        E, _("A number of the row is missing, negative, or larger than any VM has. The row is left out.")
    ),
    "trace-row-cells": Message(E, _("The row has more or fewer cells than the others. It is left out.")),
    "trace-row-far": Message(
        E, _("The row is of %(value)s, more than a month from nearly all others. It is left out.")
    ),
    "trace-few-samples": Message(
        W,
        _(
            "“%(value)s” has only %(samples)s of the %(expected)s samples that others have. What it has is repeated, "
            "and nothing is made up before or after it."
        ),
    ),
    "trace-gaps": Message(
        D,
        ngettext_lazy(
            "%(value)s %% of the samples are there. The gaps of %(machines)s VM are bridged by straight lines.",
            "%(value)s %% of the samples are there. The gaps of %(machines)s VMs are bridged by straight lines.",
            "machines",
        ),
    ),
    "trace-shortened": Message(D, _("The file spans %(value)s days: the last %(days)s are used.")),
    "trace-resampled": Message(D, _("Samples are averaged to %(value)s minutes.")),
    "trace-no-memory": Message(
        D, _("The file has no memory: each VM counts as using all of its memory, so that nothing of it is cut.")
    ),
    "trace-unit": Message(D, _("“%(column)s” is read as %(value)s.")),
    "trace-share": Message(D, _("“%(column)s” is read as a share from 0 to 1 of what the VM has.")),
    "trace-percent": Message(D, _("“%(column)s” is read as percent of what the VM has.")),
    "trace-percent-of-core": Message(D, _("“%(column)s” is read as percent of one core: 100 %% is one vCPU.")),
    "trace-over-100": Message(
        W, _("%(count)s samples of “%(column)s” are more than all that the VM has. They count as all of it.")
    ),
    "trace-clock-back": Message(
        D,
        ngettext_lazy(
            "The clock of %(machines)s VM goes back an hour on %(value)s: both hours are kept, and what follows is an "
            "hour later than the file says.",
            "The clock of %(machines)s VMs goes back an hour on %(value)s: both hours are kept, and what follows is an "
            "hour later than the file says.",
            "machines",
        ),
    ),
    "trace-one-vm": Message(D, _("No column names the VM: it is called like the file, “%(value)s”.")),
    "trace-no-zone": Message(D, _("The times name no time zone: they are taken as UTC.")),
}
