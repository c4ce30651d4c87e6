"""What is there is worth something in the books: its price, straight-line, for the part left of its lifetime."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from hosts.pricing import unit_prices
from hosts.pricing.unit_prices import Values
from virtlab.compare.bills.due import first_month
from virtlab.compare.bills.items import Item, Num, Usd, to_cents, total
from virtlab.compare.bills.onprem.purchases import by_age
from virtlab.compare.bills.onprem.quantities import OnPremQuantities, around_usd, network_usd
from virtlab.web.lazy_text import LazyText

Parts = Sequence[tuple[float, int]]
"""USD that parts were bought for, each with its months left."""


def book_value(q: OnPremQuantities, v: Values) -> tuple[Item, ...]:
    """USD by line of what is there. It is sunk: no total has it, unless what is written off is to count."""
    own = [0.0 if group.new else group.price_usd(v) for group in q.bought]
    left = first_month(v, existing=True)
    ages = [(one.usd, one.first) for one in by_age(q, own, v)]
    servers = [*ages, (q.cards_usd(v), left)] if q.existing_servers else []
    network = [(network_usd(q.servers - q.new_servers, v), left)] if q.existing_servers else []
    storage = [(q.storage_usd(v) + around_usd(v), left)] if q.existing_storage else []
    owned_usd = sum(licences.owned_usd for licences in q.licences(v).values())
    licences = [(owned_usd, left)] if q.existing_storage else []
    of_servers = _worth("servers", "compute", _("Servers"), servers, v)
    lines = (
        replace(of_servers, rests_on=(*of_servers.rests_on, *q.processor_keys)),
        _worth("network", "network", _("Network"), network, v),
        _worth("storage", "storage", _("Storage and backups"), storage, v),
        _worth("licences", "licences", _("Licences of Microsoft"), licences, v),
    )
    return tuple(line for line in lines if line.amount)


def _worth(key: str, category: str, name: LazyText, parts: Parts, v: Values) -> Item:
    price_usd = round(sum(usd for usd, _months in parts), 2)
    left_usd = sum(usd * months for usd, months in parts) / unit_prices.lifetime_months(v)
    share = round(left_usd / price_usd, 6) if price_usd else 0.0
    return Item(
        key,
        category,
        name,
        amount=to_cents(price_usd * share),
        formula=_("%(price)s × %(share)s %% of its lifetime that is left"),
        numbers={"price": Usd(price_usd, 2), "share": Num(round(share * 100, 4), 4)},
        rests_on=("existing_age_years", "server_lifetime_years"),
    )


def written_off(book: Sequence[Item]) -> Item:
    """What is left in the books of what is given up, counted once."""
    worth = total(book)
    return Item(
        "write_off",
        "compute",
        _("Writing off what is given up"),
        amount=worth,
        formula=_("%(price)s in the books"),
        numbers={"price": Usd(float(worth), 2)},
        rests_on=("count_write_off", *dict.fromkeys(key for line in book for key in line.rests_on)),
    )
