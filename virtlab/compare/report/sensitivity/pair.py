"""The two sides of a comparison, computed anew with other assumptions."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from instances.pricing.plans import UPFRONT_KEYS
from virtlab.compare.alternatives.shape import Shape
from virtlab.compare.alternatives.shapes import DEPENDS, ShapeBook
from virtlab.compare.bills.cloud.quantities import CloudQuantities, Rented
from virtlab.compare.bills.items import Usd
from virtlab.compare.inputs.place import Place
from virtlab.compare.inputs.watched import Watched
from virtlab.compare.parameters.likely import SAME
from virtlab.compare.report.cash.flow import net_by_line
from virtlab.compare.report.evaluate import Alternative, evaluate
from virtlab.compare.report.sensitivity.levers import INSTANCES, OFFER, PURCHASE, TERM_YEARS, VOLUMES
from virtlab.labs.choices import is_own

Moved = Mapping[str, float]
Sides = tuple[Alternative, Alternative]
AS_THEY_ARE = {INSTANCES: 100.0, VOLUMES: 100.0}
"""Prices of the catalogue, in per cent."""
COMMITMENT = (OFFER, *UPFRONT_KEYS.values())
"""Parameters of what a commitment is: one chooses types by what they cost with it."""
PURCHASES = dict(zip(TERM_YEARS.values(), TERM_YEARS, strict=True))
MOST_KEPT = 8
"""Of each side: what it was at the last assumptions."""
ABROAD = "usd_jpy"
AT_HOME = ("electricity_usd_per_kwh", "rack_unit_usd_per_month", "floor_usd_per_m2_month", "admin_usd_per_hour")
"""Prices that are agreed on in JPY: in USD they follow the exchange rate."""


@dataclass(frozen=True, slots=True, eq=False)
class SideAt:
    """A side at some assumptions with the net USD of its lines, and the assumptions that it was computed from."""

    side: Alternative
    usd: Mapping[str, float]
    read: Mapping[str, float]

    def holds_at(self, values: Moved) -> bool:
        """Whether it is the same at these: where all that was read is as it was."""
        return self.read.items() <= values.items()


Kept = deque[SideAt]


@dataclass(frozen=True, slots=True)
class Pair:
    """The left and the right side, and what they were computed from; `known`: keys of what somebody set, at whatever
    value. An assumption mostly moves one of them: the other is found in `kept`.
    """

    book: ShapeBook
    place: Place
    left: Alternative
    right: Alternative
    known: frozenset[str] = frozenset()
    kept: tuple[Kept, Kept] = field(
        default_factory=lambda: (Kept(maxlen=MOST_KEPT), Kept(maxlen=MOST_KEPT)), repr=False, compare=False
    )

    @property
    def values(self) -> Mapping[str, float]:
        """The parameters in force."""
        return self.book.basis.values

    def moved_values(self, moved: Moved) -> dict[str, float]:
        """The parameters with those moved. What is the same on both sides moves on both; prices at home keep their
        amount in JPY.
        """
        values = {**self.values, **{key: value for key, value in moved.items() if key in self.values}}
        for key, other in SAME.items():
            if moved.get(key) is not None and self.values[key]:
                values[other] = self.values[other] * values[key] / self.values[key]
        for key in AT_HOME:
            values[key] *= self.values[ABROAD] / values[ABROAD]
        return values

    def at(self, moved: Moved) -> Sides:
        """Both sides with these assumptions moved (parameters by key, catalogue prices in per cent, a term's years)."""
        left, right = self.sides_at(moved)
        return left.side, right.side

    def sides_at(self, moved: Moved) -> tuple[SideAt, SideAt]:
        """The same with the net USD of each line."""
        values = {**self.moved_values(moved), **AS_THEY_ARE, PURCHASE: TERM_YEARS[self.right.purchase]}
        values |= {key: moved[key] for key in (*AS_THEY_ARE, PURCHASE) if key in moved}
        left, right = (
            self._side_at(side, kept, values) for side, kept in zip((self.left, self.right), self.kept, strict=True)
        )
        return left, right

    def _side_at(self, side: Alternative, kept: Kept, values: Moved) -> SideAt:
        at = next((known for known in reversed(kept) if known.holds_at(values)), None)
        if at is None:
            at = self._computed(side, Watched(values))
        else:
            kept.remove(at)
        kept.append(at)
        return at

    def _computed(self, side: Alternative, values: Watched) -> SideAt:
        purchase = side.purchase and PURCHASES[values[PURCHASE]]
        shape = _priced(self._shape(side, purchase, values), values)
        moved = evaluate(shape, purchase, self._place(values), values)
        return SideAt(moved, net_by_line(moved, values), values.read)

    def _shape(self, side: Alternative, purchase: str, values: Moved) -> Shape:
        """Sized and packed anew where the parameters ask for it, types chosen anew where hours are bought another way.
        Else types stay those chosen at the present prices, and new hosts of the build that is chosen now: more or fewer
        of them are bought.
        """
        keys = (*DEPENDS[side.shape.key], *(COMMITMENT if purchase else ()))
        sizing = {key: values[key] for key in keys if values[key] != self.values[key]}
        if not sizing and purchase == side.purchase:
            return side.shape
        basis = replace(self.book.basis, values={**self.values, **sizing})
        kept = self.book.builds if side.shape.key == "refresh" else None
        return replace(self.book, basis=basis, kept_builds=kept).shape(side.shape.key, purchase)

    def _place(self, moved: Moved) -> Place:
        share = moved[VOLUMES] / 100
        if share == 1:
            return self.place
        prices = {
            item: replace(price, usd=price.usd * share) if item.startswith("ebs-") and not is_own(price.kind) else price
            for item, price in self.place.prices.items()
        }
        return replace(self.place, prices=prices)


def _priced(shape: Shape, moved: Moved) -> Shape:
    """With what instances cost moved, but for prices of one's own."""
    share = moved[INSTANCES] / 100
    rented = shape.quantities
    if share == 1 or not isinstance(rented, CloudQuantities):
        return shape
    return replace(
        shape,
        quantities=replace(
            rented,
            instances=_times(rented.instances, share),
            nodes=_times(rented.nodes, share),
            shared=_times(rented.shared, share),
            dedicated_hosts=_times(rented.dedicated_hosts, share),
            own_hardware={system: _times(its, share) for system, its in rented.own_hardware.items()},
        ),
    )


def _times(rented: Rented, share: float) -> Rented:
    listed = replace(
        rented.listed,
        usd_per_hour=rented.listed.usd_per_hour * share,
        committed_usd_per_hour=rented.listed.committed_usd_per_hour * share,
    )
    own_usd = sum(cited.value.value for cited in rented.prices if is_own(cited.kind) and isinstance(cited.value, Usd))
    return replace(rented, usd_per_hour=own_usd + (rented.usd_per_hour - own_usd) * share, listed=listed)
