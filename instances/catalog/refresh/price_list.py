"""What a region's price lists say: on-demand prices, rates with systems and terms, prices of storage and NAT."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import NamedTuple, TypeVar

from instances.catalog.refresh.rows import Head
from instances.choices import RateOffer, Upfront
from virtlab.labs.choices import OperatingSystem

Key = TypeVar("Key")


class RateKey(NamedTuple):
    """What a rate is for; `years` is 0 on demand."""

    type_name: str
    system: str
    offer: str
    years: int = 0
    upfront: str = Upfront.NONE.value

    def __str__(self) -> str:
        term = f" {self.years} y, {self.upfront} upfront" if self.years else ""
        return f"{self.type_name} {self.system} {self.offer}{term}"

    @property
    def is_linux_on_demand(self) -> bool:
        """Whether it is what the table of prices holds."""
        return (self.system, self.offer) == (OperatingSystem.LINUX.value, RateOffer.ON_DEMAND.value)


class Listed(NamedTuple):
    """USD as listed, the SKU that they belong to, and the file."""

    usd: Decimal
    sku: str
    head: Head


@dataclass
class PriceList:
    """What was kept of the files of one region; `notes` counts rows that were left out or contradict another."""

    region: str
    heads: list[Head] = field(default_factory=list)
    hourly: dict[RateKey, Listed] = field(default_factory=dict)
    upfront: dict[RateKey, Listed] = field(default_factory=dict)
    items: dict[str, Listed] = field(default_factory=dict)
    notes: Counter[str] = field(default_factory=Counter)

    @property
    def linux(self) -> dict[str, Listed]:
        """On-demand Linux prices by type."""
        return {key.type_name: at for key, at in self.hourly.items() if key.is_linux_on_demand}

    def keep(self, table: dict[Key, Listed], key: Key, at: Listed) -> None:
        """Takes a price into one of the tables; of two that contradict each other the lower, which is counted."""
        known = table.get(key)
        if known is not None and known.usd != at.usd:
            self.notes["rows contradict another; the lower price was taken"] += 1
        if known is None or at.usd < known.usd:
            table[key] = at

    def usd(self, cell: str) -> Decimal | None:
        """A price as written; None, and counted, where it is no number or below 0."""
        try:
            value = Decimal(cell)
        except InvalidOperation:
            value = Decimal(-1)
        if value.is_finite() and value >= 0:
            return value
        self.notes["rows have a price that is no number"] += 1
        return None
