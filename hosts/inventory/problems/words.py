"""The words of each kind of problem, by its code."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from hosts.inventory.problems.kinds import COUNT, Message, Severity
from hosts.inventory.problems.trace_words import TRACE_MESSAGES

E, W, D = Severity.ERROR, Severity.WARNING, Severity.DEFAULT
MESSAGES: dict[str, Message] = {
    **TRACE_MESSAGES,
    "name-missing": Message(E, _("The name is missing. The row is left out.")),
    "formula-empty": Message(
        E,
        _(
            "“%(column)s” holds a formula without a result. Open the file in a spreadsheet program and save it again. "
            "The row is left out."
        ),
    ),
    "header-below": Message(W, _("The header is taken from this row; what stands above it is ignored.")),
    "empty-rows": Message(
        W,
        ngettext_lazy(
            "%(count)s row of this tab has a format and no value. It counts as nothing.",
            "%(count)s rows of this tab have a format and no value. They count as nothing.",
            COUNT,
        ),
    ),
    "merged-cells": Message(
        W, _("Cells are merged (%(value)s): only the first of each holds its value, the others are empty.")
    ),
    "memory-small": Message(W, _("“%(name)s” has %(value)s MiB of memory: GiB meant?")),
    "memory-large": Message(W, _("“%(name)s” has %(value)s of memory beside %(vcpu)s vCPU: MiB meant?")),
    "usage-zero": Message(
        W,
        _(
            "“%(name)s” runs and uses 0 %% of its CPU, which tools write where they have no data: its demand is taken "
            "as not known."
        ),
    ),
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
        ngettext_lazy(
            "No tab describes the host “%(value)s”. Its %(vms)s VM is placed on the other hosts of %(cluster)s.",
            "No tab describes the host “%(value)s”. Its %(vms)s VMs are placed on the other hosts of %(cluster)s.",
            "vms",
        ),
    ),
    "host-undescribed": Message(
        W,
        ngettext_lazy(
            "No tab describes the host “%(value)s” of %(cluster)s, with %(vms)s VM: one like its others is assumed.",
            "No tab describes the host “%(value)s” of %(cluster)s, with %(vms)s VMs: one like its others is assumed.",
            "vms",
        ),
    ),
    "vm-larger-than-host": Message(
        W, _("“%(name)s” (%(vcpu)s vCPU, %(memory)s) is larger than any host of %(cluster)s, so it fits on none.")
    ),
    "date-ignored": Message(
        W, _("“%(value)s” in “%(column)s” is no day from 1990 until now, written like 2024-04-01. It is ignored.")
    ),
    "power-state": Message(W, _("The power state “%(value)s” is not known. The VM is taken as running.")),
    "usage-over-100": Message(W, _("A utilisation of %(value)s is more than 100 %% and is taken as 100 %%.")),
    "tab-unreadable": Message(W, _("This tab has no header that VirtLab knows, or nothing below it. It is not used.")),
    "tab-left-out": Message(W, _("This table is left out, as you chose.")),
    "disk-assumed": Message(D, _("The size of the disks is not known. It counts as %(value)s on both sides.")),
    "disk-from-provisioned": Message(
        D,
        _(
            "The file gives what is provisioned, not the size of the disks: %(value)s of it is taken as swap file "
            "and snapshots."
        ),
    ),
    "beyond-disks": Message(
        W, _("%(value)s more is in use than the disks hold: taken as snapshots, which count apart.")
    ),
    "disk-root-only": Message(D, _("This kind of file knows only the first disk of a VM. Others are not counted.")),
    "disk-used-assumed": Message(D, _("The disk space in use is not given: all that is provisioned is assumed used.")),
    "power-assumed": Message(D, _("The power state is not given: running assumed.")),
    "os-assumed": Message(D, _("The operating system “%(value)s” is not known: “Other” assumed.")),
    "os-missing": Message(D, _("The operating system is not given: “Other” assumed.")),
    "cluster-assumed": Message(D, _("No cluster is given: “%(value)s” assumed.")),
    "hypervisor-assumed": Message(D, _("The hypervisor is not given: %(value)s assumed.")),
    "host-cores-assumed": Message(D, _("The cores of the host “%(name)s” are not given: %(value)s assumed.")),
    "host-memory-assumed": Message(D, _("The memory of the host “%(name)s” is not given: %(value)s assumed.")),
    "hosts-assumed": Message(
        D,
        _("No host is described for %(cluster)s: %(count)s hosts of %(cores)s cores and %(memory)s assumed."),
    ),
    "placement-assumed": Message(
        D,
        ngettext_lazy(
            "The host of %(count)s VM of %(cluster)s is not known: it is put on one of its hosts by memory.",
            "The host of %(count)s VMs of %(cluster)s is not known: they are spread over its hosts by memory.",
            COUNT,
        ),
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
            "The array of “%(name)s” uses %(value)s of %(capacity)s for %(held)s that its VMs hold: a data "
            "reduction of %(ratio)s : 1."
        ),
    ),
    "data-reduction-assumed": Message(
        D,
        _(
            "The VMs of “%(name)s” hold %(held)s on %(capacity)s, and how much the array uses is not given: a "
            "data reduction of %(ratio)s : 1 assumed, which leaves a fifth free."
        ),
    ),
    "datastore-overcommitted": Message(
        W, _("“%(name)s” has %(capacity)s, and %(value)s is allocated on it: %(ratio)s times as much.")
    ),
    "datastore-size-assumed": Message(
        D, _("The size of the datastore “%(name)s” is not given: %(value)s assumed, a quarter more than allocated.")
    ),
    "datastores-assumed": Message(
        D,
        ngettext_lazy(
            "No datastore is given for %(machines)s VM of %(cluster)s: one of %(value)s assumed.",
            "No datastore is given for %(machines)s VMs of %(cluster)s: one of %(value)s assumed.",
            "machines",
        ),
    ),
    "host-partly-listed": Message(
        W,
        ngettext_lazy(
            "The file lists %(vms)s VM that runs on “%(value)s”, %(share)s of what runs there: it gets that share of "
            "its use.",
            "The file lists %(vms)s VMs that run on “%(value)s”, %(share)s of what runs there: they get that share of "
            "its use.",
            "vms",
        ),
    ),
    "host-uses-more": Message(
        W,
        ngettext_lazy(
            "“%(value)s” uses more than its %(vms)s VM of this file can: others must run on it. Its use is not put "
            "down to that one.",
            "“%(value)s” uses more than its %(vms)s VMs of this file can: others must run on it. Its use is not shared "
            "among them.",
            "vms",
        ),
    ),
    "usage-from-host": Message(
        D,
        ngettext_lazy(
            "%(count)s VM gets its share of its host's utilisation, since its own is not given.",
            "%(count)s VMs get their share of their host's utilisation, since their own is not given.",
            COUNT,
        ),
    ),
    "usage-assumed": Message(
        D,
        ngettext_lazy(
            "%(count)s VM gets the mean utilisation of the lab's parameters, since none is given for it.",
            "%(count)s VMs get the mean utilisation of the lab's parameters, since none is given for them.",
            COUNT,
        ),
    ),
    "totals-shared-out": Message(
        D,
        _(
            "Only totals are given. How %(count)s VMs share them is assumed: vCPU and memory in the powers of two "
            "around their means, disks evenly. The sums are exactly those given."
        ),
    ),
    "totals-systems": Message(
        D,
        ngettext_lazy(
            "%(count)s VM runs Windows Server; Linux is assumed for the %(others)s others, and x86 for all.",
            "%(count)s VMs run Windows Server; Linux is assumed for the %(others)s others, and x86 for all.",
            COUNT,
        ),
    ),
    "totals-linux": Message(D, _("No VM with Windows Server is named: Linux and x86 are assumed for all.")),
    "totals-windows": Message(D, _("All VMs run Windows Server, as was said; x86 is assumed for them.")),
    "totals-hosts": Message(
        D,
        _(
            "%(count)s hosts of %(cores)s cores and %(memory)s assumed where their size is not given: %(ratio)s vCPU "
            "per core, %(fill)s %% of memory filled."
        ),
    ),
}
