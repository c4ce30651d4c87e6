"""Checks on the figures of a server model."""

from itertools import pairwise

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

POINTS = (2, 11)
MOST_WATTS = 20_000


def check_watts(watts: object) -> None:
    """Raises ValidationError unless `watts` is a list of 2 or 11 figures, above zero and not falling."""
    if not isinstance(watts, list) or len(watts) not in POINTS:
        raise ValidationError(_("Give two figures (idle and full) or eleven (idle, 10 % … 100 %) as a list."))
    if not all(isinstance(point, int | float) and not isinstance(point, bool) for point in watts):
        raise ValidationError(_("Each figure must be a number of watts."))
    if not all(0 < point <= MOST_WATTS for point in watts):
        raise ValidationError(_("Each figure must be above 0 and at most %(most)s W."), params={"most": MOST_WATTS})
    if any(later < earlier for earlier, later in pairwise(watts)):
        raise ValidationError(_("Watts must not fall as the load grows."))
