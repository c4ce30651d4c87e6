"""What the result depends on: every assumption moved up and down alone, ranked by what that does to the difference."""

from collections.abc import Mapping

from virtlab.charts.tornado import Swing
from virtlab.compare.inputs.place import Place
from virtlab.compare.report.evaluate import Alternative, evaluate
from virtlab.labs.parameters import SPECS, ParameterSpec

SHARE = 0.25
"""Each assumption is moved by a quarter of its value, but not out of its range."""
GROUPS = frozenset({"energy", "servers", "licences", "storage", "people", "usage", "cloud"})


def swings(left: Alternative, right: Alternative, place: Place, values: Mapping[str, float]) -> list[Swing]:
    """The assumptions with any effect on (left − right) USD per month, greatest first.

    Those that change sizes or packing are left out: they would need another replay.
    """
    sides = [(left, _rests_on(left), 1.0), (right, _rests_on(right), -1.0)]
    used = {key for _side, keys, _sign in sides for key in keys}
    specs = [SPECS[key] for key in values if key in used and SPECS[key].group in GROUPS]
    swings = [_swing(spec, sides, place, values) for spec in specs]
    return sorted((swing for swing in swings if swing.width >= 0.01), key=lambda swing: -swing.width)


def _rests_on(side: Alternative) -> set[str]:
    return {key for item in (*side.cost, *side.energy) for key in item.rests_on if isinstance(key, str)}


def _swing(
    spec: ParameterSpec, sides: list[tuple[Alternative, set[str], float]], place: Place, values: Mapping[str, float]
) -> Swing:
    now = values[spec.key]
    low = max(spec.minimum, now * (1 - SHARE))
    high = min(spec.maximum, now * (1 + SHARE) if now else spec.step)
    changes = []
    for value in (low, high):
        moved = {**values, spec.key: value}
        touched = [(side, sign) for side, keys, sign in sides if spec.key in keys]
        changes.append(
            sum(
                sign * float(evaluate(side.shape, side.purchase, place, moved).usd - side.usd) for side, sign in touched
            )
        )
    return Swing(str(spec.label), str(spec.unit), low, high, changes[0], changes[1])
