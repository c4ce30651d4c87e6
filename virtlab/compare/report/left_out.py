"""Why a workload is left out, and how all VMs of a lab divide into what is compared and what is not."""

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from instances.rules.guest_needs import runs_on_ec2, starts_on
from instances.rules.risk import Fit, words
from virtlab.compare.alternatives.on_hosts.not_carried import NOT_CARRIED_SHARE
from virtlab.compare.report.evaluate import Alternative
from virtlab.compare.report.report import Report
from virtlab.engine.sizing.instance_types import NoType
from virtlab.web import formats

MOST_REASONS = 2
"""So many reasons are said in a sentence; each workload has its own in the files."""


def why_left_out(report: Report, side: Alternative, row: int) -> str:
    """Why an alternative does not carry a VM (its row in the estate)."""
    if side.side == "hosts":
        return _("No host holds it.")
    vms, purchase = report.estate.vms, side.purchase or report.question.purchase
    chosen = report.book.same_size(purchase) if side.shape.key == "same_size" else report.book.rightsized(purchase)
    system = vms.system_names[vms.system[row]]
    away, missing = "" if runs_on_ec2(system) else system, int(chosen.reason[row])
    if not away and missing == NoType.OK:
        return _("What it runs on here has no room for it.")
    return words(Fit(missing=missing, away=away, starts_on=starts_on(system), device=bool(vms.passthrough[row])))


def reasons_words(report: Report) -> str:
    """The commonest reasons of what no alternative counts, with how many have each; empty where nothing is left out."""
    dropped, reasons = set(report.common.not_carried), Counter[str]()
    for side, rows in _by_side(report):
        reasons.update(why_left_out(report, side, row) for row in rows if row in dropped)
    counted = (
        _("%(reason)s (%(count)s)") % {"reason": reason.rstrip(".。"), "count": formats.number(count)}
        for reason, count in reasons.most_common(MOST_REASONS)
    )
    return _("Why: %(reasons)s.") % {"reasons": "; ".join(counted)} if reasons else ""


def sum_words(report: Report) -> str:
    """How the VMs of the lab divide; empty where all of them are compared."""
    counts = report.counts
    if counts["compared"] == counts["machines"]:
        return ""
    parts = (
        (_("%(count)s compared"), counts["compared"]),
        (_("%(count)s left out"), counts["not_carried"]),
        (_("%(count)s off"), counts["off_counted"]),
        (_("%(count)s set apart (templates too)"), counts["machines"] - counts["installed"]),
    )
    said = " + ".join(text % {"count": formats.number(count)} for text, count in parts if count)
    return _("VMs in the lab: %(all)s = %(parts)s.") % {"all": formats.number(counts["machines"]), "parts": said}


def not_carried_rows(report: Report) -> list[tuple[str, str, str, str]]:
    """Who leaves which workload out, what follows, and why: what a side does not carry no alternative counts."""
    vms, dropped = report.estate.vms, set(report.common.not_carried)
    of_sides = [
        (side, row, _("counted by no alternative")) for side, rows in _by_side(report) for row in rows if row in dropped
    ]
    of_one = [
        (item, row, _("not counted by this one")) for item in report.alternatives for row in item.shape.not_carried
    ]
    return [
        (report.names[item.key], vms.names[row], counted, why_left_out(report, item, row))
        for item, row, counted in (*of_sides, *of_one)
    ]


def _by_side(report: Report) -> Sequence[tuple[Alternative, tuple[int, ...]]]:
    return list(zip((report.left, report.right), report.common.not_carried_by_side, strict=True))


def scope_words(report: Report) -> str:
    """Which workloads no side counts, because one of them does not carry these, and what that leaves to be paid; empty
    where both sides carry all.
    """
    names = report.not_carried
    if not names:
        return ""
    text = ngettext(
        "Both totals count only what both sides carry (%(kept)s); %(count)s is left out.",
        "Both totals count only what both sides carry (%(kept)s); %(count)s are left out.",
        len(names),
    )
    carried = report.common.workloads
    kept = ngettext("%(count)s workload", "%(count)s workloads", carried) % {"count": formats.number(carried)}
    counted = text % {"kept": kept, "count": formats.number(len(names))}
    return f"{counted} {_still_paid(report)}".strip()


def left_out_words(report: Report) -> str:
    """The first of those workloads by name, with why; empty where both sides carry all."""
    names = report.not_carried
    if not names:
        return ""
    named = _("Left out: %(names)s.") % {"names": formats.names(names)}
    return f"{named} {reasons_words(report)}".strip()


def _still_paid(report: Report) -> str:
    """That today's hosts stay whole, where the left side is on them."""
    share = report.left.shape.facts.get(NOT_CARRIED_SHARE)
    if not share:
        return ""
    text = _(
        "“%(left)s” still pays for its hosts and datastores whole, of which what is left out holds up to %(share)s."
    )
    return text % {"left": report.names[report.left.key], "share": formats.part(share)}
