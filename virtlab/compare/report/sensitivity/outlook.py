"""All of it for one pair of sides, computed once."""

from dataclasses import dataclass

from django.utils.translation import get_language

from instances.catalog.cache import held_catalog
from virtlab.charts.tornado import Swing
from virtlab.compare.bills.items import own_items
from virtlab.compare.report.cash.flow import outcome
from virtlab.compare.report.sensitivity.band import Band, Pull, band, pulls
from virtlab.compare.report.sensitivity.joint import Joint, joint_turn
from virtlab.compare.report.sensitivity.levers import Lever, levers
from virtlab.compare.report.sensitivity.pair import Pair
from virtlab.compare.report.sensitivity.response import respond
from virtlab.compare.report.sensitivity.swings import Turn, swings, turns
from virtlab.compare.report.sensitivity.trials import trials
from virtlab.compare.report.verdict import has_verdict
from virtlab.web.cache import LabCache


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the difference depends on (`swings`, `turns`; `joint`: several that turn it together, asked only where none
    does alone but what somebody set), and its range where assumptions are drawn at random, with what pulls draws away
    from it (`pulls`).

    `moved`: what is drawn; `known`: numbers that would be, had nobody set them; `own_prices`: how many prices of
    the two sides likewise.
    """

    swings: tuple[Swing, ...]
    turns: tuple[Turn, ...]
    band: Band
    pulls: tuple[Pull, ...]
    moved: tuple[Lever, ...]
    known: tuple[Lever, ...]
    own_prices: int
    joint: Joint | None


OUTLOOKS: LabCache[Outlook] = LabCache(max_items=256)


def outlook(pair: Pair) -> Outlook | None:
    """The outlook of two sides; None where no verdict is given. It holds words, so each language has its own."""
    if not has_verdict(pair.left, pair.right, outcome(pair.left, pair.right, pair.values).net_usd):
        return None
    with held_catalog():
        return OUTLOOKS.of(pair.book.basis.estate.key, *_key(pair), make=lambda: _outlook(pair))


def _key(pair: Pair) -> tuple[object, ...]:
    sides = [pair.book.key(side.shape.key, side.purchase) for side in (pair.left, pair.right)]
    values = tuple(sorted(pair.values.items()))
    return (*sides, pair.right.purchase, pair.place.code, values, pair.known, get_language())


def _outlook(pair: Pair) -> Outlook:
    movable = levers(pair.values, pair.right.purchase, pair.known)
    alone, now_usd = trials(pair, movable, {}), outcome(pair.left, pair.right, pair.values).difference_usd
    by_chance = [trial for trial in alone if trial.group[0].by_chance]
    response = respond(pair, [lever for lever in movable if lever.by_chance], by_chance)
    moved = tuple(lever for lever in movable if lever.key in response.moving)
    turning = tuple(turns(alone, now_usd))
    return Outlook(
        swings=tuple(swings(alone, now_usd)),
        turns=turning,
        band=band(response, moved, pair),
        pulls=tuple(pulls(by_chance, now_usd)),
        moved=moved,
        known=tuple(trial.group[0] for trial in alone if trial.group[0].known and trial.width >= 1),
        own_prices=len(own_items(line for side in (pair.left, pair.right) for line in (*side.cost, *side.once))),
        joint=joint_turn(alone, now_usd) if all(turn.lever.known for turn in turning) else None,
    )
