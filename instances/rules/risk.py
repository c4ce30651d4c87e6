"""What may go wrong with a recommended type, in words: for the comparison and for right-sizing one instance."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from virtlab.web import formats

OVER, BUSY = 0.01, 0.05
"""Shares of the time from which too little CPU, and busy CPU, are worth a word."""
LOW, MEDIUM, HIGH = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Fit:
    """How a type fits a workload: shares of the time, and of today's memory."""

    found: bool
    cpu_over: float
    cpu_busy: float
    burstable: bool
    memory_share: float
    price_kind: str


def level(fit: Fit) -> int:
    """0 low, 1 medium, 2 high."""
    if not fit.found or fit.cpu_over > BUSY:
        return HIGH
    return MEDIUM if fit.cpu_over > OVER or fit.cpu_busy > BUSY or fit.burstable else LOW


def level_name(number: int) -> str:
    """The level in a word."""
    return {LOW: _("low"), MEDIUM: _("medium"), HIGH: _("high")}[number]


def words(fit: Fit) -> str:
    """The reasons for the risk; empty without any."""
    if not fit.found:
        return _("No type is large enough.")
    reasons = []
    if fit.cpu_over > OVER:
        reasons.append(_("Short of CPU %(share)s of the time.") % {"share": formats.percent(fit.cpu_over, 0)})
    elif fit.cpu_busy > BUSY:
        reasons.append(_("CPU above 80 %% for %(share)s of the time.") % {"share": formats.percent(fit.cpu_busy, 0)})
    if fit.burstable:
        reasons.append(_("Lives on CPU credits, which its trace never uses up."))
    if fit.memory_share < 1:
        reasons.append(_("Has %(share)s of today's memory.") % {"share": formats.percent(fit.memory_share, 0)})
    if fit.price_kind == "estimate":
        reasons.append(_("Its price is an estimate."))
    return " ".join(reasons)
