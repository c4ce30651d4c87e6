"""Consumption tax or VAT: one line over a bill, the same on both sides, on all but wages and what is not bought."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from hosts.pricing.unit_prices import Values
from virtlab.compare.bills.items import Item, Num, Usd, to_cents, total

KEY = "tax"
UNTAXED = ("admin_", "migration", "write_off")
"""How keys of lines begin that no tax is added to: one's own people's hours, what is in books."""


def is_taxed(key: str) -> bool:
    """Whether the line of that key is of what is bought."""
    return not key.startswith(UNTAXED)


def taxed(lines: Sequence[Item], v: Values) -> tuple[Item, ...]:
    """The lines, with the tax on them where there is any."""
    bill_usd = float(total(line for line in lines if is_taxed(line.key)))
    tax = Item(
        KEY,
        "tax",
        _("Consumption tax or VAT"),
        amount=to_cents(bill_usd * v["tax_pct"] / 100),
        formula=_("%(bill)s without wages × %(percent)s %%"),
        numbers={"bill": Usd(bill_usd, 2), "percent": Num(v["tax_pct"])},
        rests_on=("tax_pct",),
    )
    return (*lines, tax) if tax.amount else tuple(lines)


def tax_factor(v: Values) -> float:
    """What a price is multiplied by to have the tax in it."""
    return 1 + v["tax_pct"] / 100
