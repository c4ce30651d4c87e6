"""The lines of machines that are rented by the hour: committed, on demand, as Spot instances."""

from collections.abc import Iterator, Mapping

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from instances.pricing.hourly import OWN_WINDOWS
from virtlab.compare.bills.cloud.quantities import Rented
from virtlab.compare.bills.cloud.terms import Terms
from virtlab.compare.bills.items import Cited, Item, Num, Usd, exact, to_cents
from virtlab.engine.units import HOURS_PER_DAY, HOURS_PER_MONTH
from virtlab.labs.choices import OperatingSystem
from virtlab.web.lazy_text import LazyText

COMMITTED = ("", "_listed")
"""What follows the key of a line that a commitment pays for; of other lines when nothing is committed."""
PART = _("× %(share)s %% of them")
Head = tuple[str, LazyText]
Numbers = Mapping[str, Num | Usd]
OWN_HEADS: dict[str, Head] = {
    OWN_WINDOWS: ("instances_windows_own", _("Instances on Dedicated Hosts")),
    OperatingSystem.WINDOWS_CLIENT.value: ("instances_windows_client", _("Dedicated Instances")),
}
"""Lines of instances on hardware of one's own, by system, where they are bought otherwise than the rest."""


def lines(head: Head, rented: Rented, terms: Terms) -> list[Item]:
    """The lines of some machines; their first has the key and the name of `head`."""
    return [*_bought(head, rented, terms), *_spot(head, rented, terms)]


def committed_keys(terms: Terms) -> frozenset[str]:
    """Keys of the lines that a commitment pays for."""
    heads = ("instances", "nodes", *(key for key, _name in OWN_HEADS.values()))
    return frozenset(f"{key}{end}" for key in heads for end in COMMITTED) if terms.plan else frozenset()


def _bought(head: Head, rented: Rented, terms: Terms) -> Iterator[Item]:
    key, name = head
    if terms.plan is None:
        yield _running(head, rented, terms, (terms.on_demand, _share_keys(terms)))
        return
    yield _discounted(head, rented, terms)
    yield _at_listed_rates((f"{key}_listed", _name(name, _("at listed rates"))), rented, terms)
    rest = (f"{key}_on_demand", _name(name, _("on demand")))
    yield _running(rest, rented, terms, (terms.on_demand, _share_keys(terms)))


def _share_keys(terms: Terms) -> tuple[str, ...]:
    """What says which part of the machines a line is for."""
    return (*(("spot_share_pct",) if terms.spot else ()), *(("coverage_pct",) if terms.plan else ()))


def _name(name: LazyText, what: LazyText) -> LazyText:
    return format_lazy("{}, {}", name, what)


def _running(head: Head, rented: Rented, terms: Terms, part: tuple[float, tuple[str, ...]]) -> Item:
    """On demand: only hours in which they run."""
    share, keys = part
    usd = rented.usd_per_hour * HOURS_PER_MONTH * terms.own_hours_per_day / HOURS_PER_DAY * share
    words = _("%(price)s an hour in all × 730 hours × %(hours)s ÷ 24")
    numbers: Numbers = {"price": Usd(rented.usd_per_hour, 4), "hours": exact(terms.own_hours_per_day)}
    return _item(head, usd, words, numbers, (share, keys, (*rented.prices, "hours_per_day")))


def _discounted(head: Head, rented: Rented, terms: Terms) -> Item:
    """Committed at the discount: types of which no list has the rate."""
    assert terms.plan is not None
    listed = rented.listed
    price = round(rented.usd_per_hour - listed.usd_per_hour, 4)
    usd = price * HOURS_PER_MONTH * (1 - terms.discount_pct / 100) * terms.committed
    words = _("%(price)s an hour in all × 730 hours × (1 − %(discount)s %%)")
    numbers: Numbers = {"price": Usd(price, 4), "discount": exact(terms.discount_pct)}
    rests: tuple[str | Cited, ...] = (*rented.prices, terms.plan.discount_key, "commitment_offer")
    return _item(head, usd, words, numbers, (terms.committed, _share_keys(terms), rests))


def _at_listed_rates(head: Head, rented: Rented, terms: Terms) -> Item:
    listed = rented.listed
    usd = listed.committed_usd_per_hour * HOURS_PER_MONTH * terms.committed
    words = _("%(price)s an hour in all × 730 hours")
    numbers: Numbers = {"price": Usd(listed.committed_usd_per_hour, 4)}
    return _item(head, usd, words, numbers, (terms.committed, _share_keys(terms), (*listed.cited, "commitment_offer")))


def _spot(head: Head, rented: Rented, terms: Terms) -> Iterator[Item]:
    key, name = head
    share = terms.spot
    hours = HOURS_PER_MONTH * terms.own_hours_per_day / HOURS_PER_DAY
    usd = rented.usd_per_hour * hours * (1 - terms.spot_discount_pct / 100) * share
    words = _("%(price)s an hour in all × 730 hours × %(hours)s ÷ 24 × (1 − %(discount)s %%)")
    numbers: Numbers = {
        "price": Usd(rented.usd_per_hour, 4),
        "hours": exact(terms.own_hours_per_day),
        "discount": exact(terms.spot_discount_pct),
    }
    rests: tuple[str | Cited, ...] = (*rented.prices, "hours_per_day", "spot_discount_pct")
    head = (f"{key}_spot", _name(name, _("Spot")))
    yield _item(head, usd, words, numbers, (share, _share_keys(terms), rests))


def _item(
    head: Head,
    usd: float,
    words: LazyText,
    numbers: Numbers,
    rest: tuple[float, tuple[str, ...], tuple[str | Cited, ...]],
) -> Item:
    """A line; where it is for a part of the machines, the formula and what it rests on say so."""
    share, share_keys, rests_on = rest
    key, name = head
    if share == 1:
        return Item(key, "compute", name, to_cents(usd), words, numbers, rests_on=rests_on)
    formula = format_lazy("{} {}", words, PART)
    numbers = {**numbers, "share": exact(share * 100)}
    return Item(key, "compute", name, to_cents(usd), formula, numbers, rests_on=(*rests_on, *share_keys))
