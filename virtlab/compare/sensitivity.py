"""What the result depends on: every assumption moved up and down alone, ranked by what that does to the difference."""

from collections.abc import Iterable, Mapping

from virtlab.charts.tornado import Swing
from virtlab.compare.evaluate import Alternative, Place, evaluate
from virtlab.labs.parameters import SPECS, ParameterSpec

SHARE = 0.25
"""Each assumption is moved by a quarter of its value, but not out of its range."""
WITHOUT_PRICE = frozenset({"usd_jpy", "horizon_months"})
GROUPS = frozenset({"energy", "servers", "licences", "storage", "people", "usage", "cloud"})


def swings(left: Alternative, right: Alternative, place: Place, values: Mapping[str, float]) -> list[Swing]:
    """The assumptions with any effect on (left − right) USD per month, greatest first.

    Those that change sizes or packing are left out: they would need another replay.
    """
    today = float(left.usd - right.usd)
    found = [_swing(spec, (left, right), place, values, today) for spec in _varied(left, right, values)]
    return sorted((swing for swing in found if swing.width >= 0.01), key=lambda swing: -swing.width)


def _varied(left: Alternative, right: Alternative, values: Mapping[str, float]) -> Iterable[ParameterSpec]:
    used = {key for side in (left, right) for item in (*side.cost, *side.energy) for key in item.rests_on}
    return (SPECS[key] for key in values if key in used and key in SPECS and SPECS[key].group in GROUPS - WITHOUT_PRICE)


def _swing(
    spec: ParameterSpec,
    sides: tuple[Alternative, Alternative],
    place: Place,
    values: Mapping[str, float],
    today: float,
) -> Swing:
    now = values[spec.key]
    low = max(spec.minimum, now * (1 - SHARE))
    high = min(spec.maximum, now * (1 + SHARE) if now else spec.step)
    differences = []
    for value in (low, high):
        left, right = (evaluate(side.shape, side.purchase, place, {**values, spec.key: value}) for side in sides)
        differences.append(float(left.usd - right.usd) - today)
    return Swing(str(spec.label), str(spec.unit), low, high, differences[0], differences[1])
