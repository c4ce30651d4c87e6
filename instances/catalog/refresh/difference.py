"""What a refresh would change in one table, row by row."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

Figures = Mapping[str, Decimal | str]
"""What is compared of each row by its name: a price, or facts in words."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows by name: new ones, changed ones with their old and new figure, those that are gone, those kept as edited."""

    table: str
    new: dict[str, Decimal | str]
    changed: dict[str, tuple[Decimal | str, Decimal | str]]
    gone: list[str]
    kept: list[str]

    @property
    def summary(self) -> str:
        """The counts in a line."""
        counts = f"{len(self.new)} new, {len(self.changed)} changed, {len(self.gone)} gone"
        return f"{self.table}: {counts}, {len(self.kept)} edited and kept"

    def lines(self) -> list[str]:
        """Each row that differs."""
        new = [f"  new      {name}  {_text(figure)}" for name, figure in sorted(self.new.items())]
        changed = [f"  changed  {name}  {_from_to(*both)}" for name, both in sorted(self.changed.items())]
        return [*new, *changed, *(f"  gone     {name}" for name in sorted(self.gone))]


def difference(table: str, had: Figures, has: Figures, edited: set[str]) -> Difference:
    """What lies between the rows that a table had and those that it has now; edited ones stay."""
    free = {name: figure for name, figure in has.items() if name not in edited}
    return Difference(
        table=table,
        new={name: figure for name, figure in free.items() if name not in had},
        changed={name: (had[name], figure) for name, figure in free.items() if name in had and had[name] != figure},
        gone=[name for name in had if name not in has and name not in edited],
        kept=sorted(edited & set(has)),
    )


def _text(figure: Decimal | str) -> str:
    return figure if isinstance(figure, str) else f"{figure.normalize():f}"


def _from_to(old: Decimal | str, new: Decimal | str) -> str:
    share = ""
    if isinstance(old, Decimal) and isinstance(new, Decimal) and old:
        share = f" ({100 * (new / old - 1):+.1f} %)"
    return f"{_text(old)} → {_text(new)}{share}"
