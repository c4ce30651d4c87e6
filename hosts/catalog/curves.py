"""Power curves of servers whose result is kept with two points: between idle and full load they take the shape of their
nearest relative's eleven.

Nearest is a server with processors of the same maker (Intel, AMD), of the same vendor where there is one, and then the
one published last before. A straight line would lie far below: at 10 % load a PowerEdge R740 draws 30 % more than its.
"""

from collections.abc import Sequence

from hosts.models import ServerModel
from virtlab.engine.power.watts import POINTS

VENDORS = {"HP": "HPE"}
"""One house under two names."""


def relative_of(model: ServerModel, models: Sequence[ServerModel]) -> ServerModel | None:
    """The one whose curve a model with two points borrows; None where there is none of its processors' maker."""
    kin = [other for other in models if len(other.watts) == POINTS and _maker(other) == _maker(model)]
    return max(kin, key=lambda other: (_vendor(other) == _vendor(model), other.published), default=None)


def shaped_w(idle_w: float, full_w: float, shape_w: Sequence[float]) -> list[float]:
    """Eleven points from idle to full, each as far between them as the shape's is between its own; tenths of watts."""
    low, high = shape_w[0], shape_w[-1]
    return [round(idle_w + (full_w - idle_w) * (watts - low) / (high - low), 1) for watts in shape_w]


def _maker(model: ServerModel) -> str:
    return model.cpu.split()[0]


def _vendor(model: ServerModel) -> str:
    return VENDORS.get(model.vendor, model.vendor)
