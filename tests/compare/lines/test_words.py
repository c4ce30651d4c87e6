"""The words of formulas go with their numbers."""

import pytest
from django.utils.translation import gettext_lazy as _

from virtlab.compare.bills.items import Item, Num, Usd, exact, to_cents


@pytest.mark.parametrize(
    ("amount", "formula", "said"),
    [
        (1, "%(amount)s instances × %(price)s", "1 instance × $0.1250"),
        (2, "%(amount)s instances × %(price)s", "2 instances × $0.1250"),
        (11, "%(amount)s hosts × %(price)s", "11 hosts × $0.1250"),
        (1_001, "%(amount)s VMs × %(price)s", "1,001 VMs × $0.1250"),
        (0.1, "%(amount)s cores × %(price)s", "0.1 cores × $0.1250"),
        (1, "(%(amount)s switches × %(price)s) ÷ 12 months", "(1 switch × $0.1250) ÷ 12 months"),
        (1, "%(amount)s rack units × %(price)s", "1 rack unit × $0.1250"),
        (1, "%(amount)s million calls × %(price)s", "1 million calls × $0.1250"),
        (1, "%(amount)s IOPS × %(price)s", "1 IOPS × $0.1250"),
    ],
)
def test_it_speaks_of_one_as_of_one(amount: float, formula: str, said: str) -> None:
    numbers: dict[str, Num | Usd] = {"amount": exact(amount), "price": Usd(0.125, 4)}
    assert Item("x", "compute", _("Compute"), to_cents(amount * 0.125), formula, numbers).text == said
