"""What may go wrong with a recommended type, in words: for the comparison and for right-sizing one instance."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from instances.rules.sizing_candidates import I386, XEN
from virtlab.engine.sizing.instance_types import NoType
from virtlab.web import formats

OVER, BUSY = 0.01, 0.05
"""Shares of the time from which too little CPU, and busy CPU, are worth a word."""
LEVELS = LOW, MEDIUM, HIGH, NOT_ASSESSED = 0, 1, 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How a type fits a workload: shares of the time, and of today's memory; `missing` says why there is no type.

    `device`: it uses one of its host. `memory_seen`: by the guest itself. `mean_only`: less CPU than today on a mean
    that was stated without a peak. `volumes`: that its disk takes. `kept`: nobody knows its demand, so it keeps its
    size. `measured`: a trace shows its demand. `away`: the name of a system that does not run there. `starts_on`: the
    types on which alone it starts (instances.rules.guest_needs). `client`: a Windows that is made for desks.
    `upgraded_on`: the type that is priced for what its old Windows is upgraded to; AWS does not test that one there.
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
    measured: bool = True
    volumes: int = 1
    device: bool = False
    assessed: bool = True
    away: str = ""
    starts_on: int = 0
    client: bool = False
    upgraded_on: str = ""


def level(fit: Fit) -> int:
    """0 low, 1 medium, 2 high, 3 where the system or the demand is not known well enough to say.

    What is known to be short is said first, whatever else is not known; and nobody signs "low" for a demand that is
    not known.
    """
    if (fit.missing and not fit.away) or fit.cpu_over > BUSY:
        return HIGH
    if fit.away or not fit.assessed:
        return NOT_ASSESSED
    unsure = (
        fit.burstable
        or fit.mean_only
        or fit.client
        or fit.device
        or fit.upgraded_on
        or (fit.memory_share < 1 and not fit.memory_seen)
    )
    if fit.cpu_over > OVER or fit.cpu_busy > BUSY or unsure:
        return MEDIUM
    return NOT_ASSESSED if fit.kept else LOW


def level_name(number: int) -> str:
    """The level in a word."""
    return {LOW: _("low"), MEDIUM: _("medium"), HIGH: _("high"), NOT_ASSESSED: _("not assessed")}[number]


def words(fit: Fit) -> str:
    """The reasons for the risk; empty without any."""
    if fit.away:
        return _("%(system)s does not run on EC2.") % {"system": fit.away}
    if fit.missing:
        return why_no_type(fit)
    return " ".join([*_cpu_words(fit), *_memory_words(fit), *_start_words(fit), *_other_words(fit)])


def why_no_type(fit: Fit) -> str:
    """Why there is no type for it."""
    return " ".join([_missing_device(fit.missing) if fit.device else _missing(fit.missing), *_start_words(fit)])


def _missing_device(reason: int) -> str:
    if reason == NoType.NOT_OFFERED:
        return _("No type with a GPU starts it, and it uses a device of its host.")
    return _("No type with a GPU holds it, and it uses a device of its host.")


def _missing(reason: int) -> str:
    if reason == NoType.NOT_OFFERED:
        return _("No type is offered for its system and architecture.")
    if reason == NoType.LIMITS:
        return _("No type gives lastingly what it asks of disks or network.")
    if reason == NoType.VOLUMES:
        return _("No type takes as many volumes as it has disks.")
    if reason == NoType.CPU:
        return _("No type has as much CPU as it needs.")
    if reason == NoType.MEMORY:
        return _("No type has as much memory as it needs.")
    return _("No type has as much CPU and memory together as it needs.")


def _start_words(fit: Fit) -> list[str]:
    if fit.starts_on == XEN:
        return [_("Its system has no drivers for Nitro: types of the Xen generation alone start it.")]
    if fit.starts_on == I386:
        return [_("Its system has 32 bits: a few small types of the Xen generation alone start it.")]
    return []


def _cpu_words(fit: Fit) -> list[str]:
    reasons = []
    if fit.cpu_over > OVER:
        over = (
            _("Short of CPU %(share)s of the time, if it uses what is assumed (its host's share, or the usual mean).")
            if fit.kept
            else _("Short of CPU %(share)s of the time.")
        )
        reasons.append(over % {"share": formats.percent(fit.cpu_over, 0)})
    elif fit.cpu_busy > BUSY:
        reasons.append(_("CPU above 80 %% for %(share)s of the time.") % {"share": formats.percent(fit.cpu_busy, 0)})
    if fit.burstable and fit.starts_on == I386 and not fit.measured:
        reasons.append(_("Lives on CPU credits, and nobody measured whether they last."))
    elif fit.burstable:
        reasons.append(_("Lives on CPU credits, which its trace never uses up."))
    if fit.mean_only:
        reasons.append(_("Less CPU than today on a mean alone: its peaks are not known."))
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
        reasons.append(_("Its demand is not known: it keeps today's vCPU and memory."))
    if fit.volumes > 1:
        reasons.append(_("Its disk takes %(count)s volumes.") % {"count": formats.number(fit.volumes)})
    if fit.device:
        reasons.append(_("It uses a device of its host: only types with a GPU were looked at."))
    if fit.upgraded_on:
        text = _("Priced for after its upgrade: AWS does not test a Windows older than 2016 on %(type)s.")
        reasons.append(text % {"type": fit.upgraded_on})
    if fit.client:
        reasons.append(
            _("A Windows client: EC2 lends no licence for it. It takes your own, on hardware that is yours alone.")
        )
    if not fit.assessed:
        reasons.append(_("Its system is not known: whether it runs on EC2 was not assessed."))
    if fit.price_kind == "estimate":
        reasons.append(_("Its price is an estimate."))
    return reasons
