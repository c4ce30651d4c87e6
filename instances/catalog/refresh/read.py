"""Files of one region, one after another → its price list."""

from collections.abc import Iterable

from instances.catalog.refresh import offers, plans
from instances.catalog.refresh.price_list import PriceList
from instances.catalog.refresh.rows import read_head, read_lines, read_rows
from instances.catalog.refresh.source import BadPriceFile, opened


def read_files(region: str, places: Iterable[str]) -> PriceList:
    """What the files say of a region ("": of the first that they name). Each is read as a stream: only what is kept
    is held, about 30,000 rates. Raises BadPriceFile.
    """
    prices = PriceList(region)
    for place in places:
        _read(prices, place)
    if not prices.hourly and not prices.items:
        files = ", ".join(head.place for head in prices.heads)
        raise BadPriceFile(f"{files}: there is no price of {prices.region or 'any region'} in it.")
    return prices


def _read(prices: PriceList, place: str) -> None:
    with opened(place) as text:
        lines = read_lines(place, text)
        head = read_head(place, lines)
        prices.heads.append(head)
        if head.offer == offers.OFFER:
            offers.read_offers(prices, head, read_rows(head, lines, offers.COLUMNS))
        elif head.offer in plans.OFFERS:
            plans.read_plans(prices, head, read_rows(head, lines, plans.COLUMNS))
        else:
            known = ", ".join(sorted({offers.OFFER, *plans.OFFERS}))
            raise BadPriceFile(f"{place}: this is a list of {head.offer}; lists of {known} are read.")
