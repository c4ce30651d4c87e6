"""What may go wrong with a recommended type, in words: for the comparison and for right-sizing one instance."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from virtlab.engine.sizing.instance_types import NoType
from virtlab.web import formats

OVER, BUSY = 0.01, 0.05
"""Shares of the time from which too little CPU, and busy CPU, are worth a word."""
LEVELS = LOW, MEDIUM, HIGH, NOT_ASSESSED = 0, 1, 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How a type fits a workload: shares of the time, and of today's memory; `missing` says why there is no type.

    `memory_seen`: by the guest itself. `mean_only`: less CPU than today on a mean that was stated without a peak.
    `volumes`: that its disk takes. `kept`: nobody knows its demand, so it keeps its size. `away`: the name of a system
    that does not run there.
    """

    missing: int = NoType.OK
    cpu_over: float = 0.0
    cpu_busy: float = 0.0
    burstable: bool = False
    memory_share: float = 1.0
    memory_seen: bool = False
    price_kind: str = ""
    mean_only: bool = False
    kept: bool = False
    volumes: int = 1
    assessed: bool = True
    away: str = ""


def level(fit: Fit) -> int:
    """0 low, 1 medium, 2 high, 3 where the system is not known well enough to say."""
    if not fit.assessed:
        return NOT_ASSESSED
    if fit.missing or fit.cpu_over > BUSY:
        return HIGH
    unsure = fit.burstable or fit.mean_only or (fit.memory_share < 1 and not fit.memory_seen)
    return MEDIUM if fit.cpu_over > OVER or fit.cpu_busy > BUSY or unsure else LOW


def level_name(number: int) -> str:
    """The level in a word."""
    return {LOW: _("low"), MEDIUM: _("medium"), HIGH: _("high"), NOT_ASSESSED: _("not assessed")}[number]


def words(fit: Fit) -> str:
    """The reasons for the risk; empty without any."""
    if fit.away:
        return _("%(system)s does not run on EC2.") % {"system": fit.away}
    if fit.missing:
        return _missing(fit.missing)
    return " ".join([*_cpu_words(fit), *_memory_words(fit), *_other_words(fit)])


def _missing(reason: int) -> str:
    if reason == NoType.NOT_OFFERED:
        return _("No type is offered for its system and architecture.")
    return _("No type is large enough.")


def _cpu_words(fit: Fit) -> list[str]:
    reasons = []
    if fit.cpu_over > OVER:
        reasons.append(_("Short of CPU %(share)s of the time.") % {"share": formats.percent(fit.cpu_over, 0)})
    elif fit.cpu_busy > BUSY:
        reasons.append(_("CPU above 80 %% for %(share)s of the time.") % {"share": formats.percent(fit.cpu_busy, 0)})
    if fit.burstable:
        reasons.append(_("Lives on CPU credits, which its trace never uses up."))
    if fit.mean_only:
        reasons.append(_("Less CPU than today on a stated mean: its peaks are not known."))
    return reasons


def _memory_words(fit: Fit) -> list[str]:
    if fit.memory_share >= 1:
        return []
    share = {"share": formats.percent(fit.memory_share, 0)}
    if fit.memory_seen:
        return [_("Has %(share)s of today's memory.") % share]
    return [_("Has %(share)s of today's memory, though nobody asked the guest how much it needs.") % share]


def _other_words(fit: Fit) -> list[str]:
    reasons = []
    if fit.kept:
        reasons.append(_("Its demand is not known: it keeps today's size."))
    if fit.volumes > 1:
        reasons.append(_("Its disk takes %(count)s volumes.") % {"count": formats.number(fit.volumes)})
    if not fit.assessed:
        reasons.append(_("Its system is not known: whether it runs on EC2 was not assessed."))
    if fit.price_kind == "estimate":
        reasons.append(_("Its price is an estimate."))
    return reasons
