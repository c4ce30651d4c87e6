"""Whether it may be said which side is ahead, and what stands where it may not."""

from django.utils.translation import gettext as _

from virtlab.compare.alternatives.on_hosts.not_carried import NOT_CARRIED_SHARE
from virtlab.compare.report.evaluate import Alternative
from virtlab.engine.arrays import Amount

Figures = tuple[float, float]
LEVEL = 0.005
"""Differences below half a per cent are called level: the assumptions are not that exact."""


def same_workloads(left: Alternative, right: Alternative) -> bool:
    """Whether both carry the same workloads, and any: else totals cannot be compared."""
    return set(left.shape.not_carried) == set(right.shape.not_carried) and runs_any(left)


def is_decided(left: Alternative, right: Alternative, figures: Figures) -> bool:
    """Whether it may be said which figure is less: both are of the same workloads, and where today's hosts also hold
    what is left out, the same side is ahead without the most of their cost that may be due to that.
    """
    return same_workloads(left, right) and _ahead(figures) == _ahead((least_of(left, figures[0]), figures[1]))


def least_of(left: Alternative, figure: Amount) -> Amount:
    """The left side's figure without the share of today's hosts and datastores that is held by what is left out."""
    return figure * (1 - left.shape.facts.get(NOT_CARRIED_SHARE, 0.0))


def _ahead(figures: Figures) -> int:
    """Which figure is less: −1 the left one, 1 the right one, 0 where they are level."""
    return 0 if is_level(*figures) else -1 if figures[0] < figures[1] else 1


def has_verdict(left: Alternative, right: Alternative, usd: Figures) -> bool:
    """Whether a verdict on what both cost may be given: it is decided, and every line of both has a price."""
    return is_decided(left, right, usd) and not left.unpriced and not right.unpriced


def runs_any(left: Alternative) -> bool:
    """Whether anything runs that the sides could be compared by."""
    return left.shape.facts["guests"] > 0


def no_verdict(left: Alternative, right: Alternative) -> str:
    """What stands where a verdict on cost would."""
    if same_workloads(left, right) and (left.unpriced or right.unpriced):
        return _("prices are missing: no verdict")
    return undecided(left, right)


def undecided(left: Alternative, right: Alternative) -> str:
    """What stands where it would be said which figure is less."""
    if not runs_any(left):
        return _("nothing runs: no verdict")
    if not same_workloads(left, right):
        return _("not the same workloads: no verdict")
    return _("turns on hosts shared with what is left out: no verdict")


def is_level(left: float, right: float) -> bool:
    """Whether two figures differ by less than the assumptions are exact."""
    return abs(left - right) <= LEVEL * max(left, right, 1e-9)


def unpriced_words(side: Alternative) -> str:
    """What its total does not have because the catalogue has no price of it."""
    return _("without %(lines)s: not in the catalogue") % {"lines": ", ".join(str(item.name) for item in side.unpriced)}
