"""Numbers in sentences, as the reader's language writes them."""

from django.utils.formats import number_format


def number(value: float, decimals: int = 0) -> str:
    """`value` with `decimals` digits after the point and groups of thousands."""
    return str(number_format(round(value, decimals) + 0.0, decimals, use_l10n=True, force_grouping=True))


def rounded(value: float) -> str:
    """`value` to about three digits: 12,345 · 123 · 12.3 · 1.23."""
    size = abs(value)
    return number(value, 0 if size >= 100 else 1 if size >= 10 else 2)


def percent(share: float, decimals: int = 0) -> str:
    """A share 0 … 1 as a number of per cent, without the sign."""
    return number(share * 100, decimals)
