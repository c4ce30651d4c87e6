"""The file's own totals: summed straight from its cells while they are read, to be held against what was understood."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from hosts.inventory.files.tables import Matched, Row, Table
from hosts.inventory.files.values import clean_text, parse_quantity

Only = tuple[str, frozenset[str]]
Amounts = tuple[float, float, tuple[float, ...]]  # vCPU, memory (MiB), disks (MiB) by each way to know them
NAMES = ("name", "name_2", "name_3", "name_4")


@dataclass(slots=True)
class Tally:
    """What the rows that stand for VMs say, by tab and row. `disk_ways` are the headers that disks may come from."""

    rows: dict[tuple[str, int], Amounts] = field(default_factory=dict)
    disk_ways: dict[str, list[str]] = field(default_factory=dict)

    def watch(self, matched: Matched, disks: Sequence[Sequence[str]], only: Only = ("", frozenset())) -> Table:
        """The same table, whose rows are noted while it is read; `disks` are the fields of each way to know disks."""
        ways = [[name for name in way if name in matched.index] for way in disks]
        if "storage" in matched.index:
            ways.append(["storage"])
        ways = [way for way in ways if way]
        heads = [[matched.table.header[matched.index[name]] for name in way] for way in ways]
        self.disk_ways[matched.table.name] = [f"{way[0]} …" if len(way) > 1 else way[0] for way in heads]
        return replace(matched.table, rows=self.noted(matched.table.rows, matched, ways, only))

    def add_disks(self, label: str, disks_mib: Mapping[tuple[str, int], float]) -> None:
        """Another way to know disks: a table of its own; rows that it does not know keep what their own says."""
        for key, (vcpu, memory, disks) in self.rows.items() if disks_mib else ():
            self.rows[key] = vcpu, memory, (*disks, disks_mib.get(key, next(iter(disks), 0.0)))
        for tab in {tab for tab, _row in disks_mib}:
            self.disk_ways[tab].append(label)

    def noted(self, rows: Iterator[Row], matched: Matched, ways: list[list[str]], only: Only) -> Iterator[Row]:
        """The rows, each noted before it is read."""
        tab = matched.table.name
        for number, cells in rows:
            if not only[0] or clean_text(cell_of(matched, cells, only[0])).casefold() in only[1]:
                disks = tuple(sum(amount(matched, cells, name) for name in way) for way in ways)
                vcpu = next(filter(None, (amount(matched, cells, name) for name in ("vcpu", "vcpu_2", "vcpu_3"))), 0.0)
                memory = amount(matched, cells, "memory") or amount(matched, cells, "memory_2")
                self.rows[tab, number] = vcpu, memory, disks
            yield number, cells


def cell_of(matched: Matched, cells: Sequence[object], name: str) -> object:
    """The raw cell of a field, None where the row is too short or the table has no such column."""
    position = matched.index.get(name, len(cells))
    return cells[position] if position < len(cells) else None


def amount(matched: Matched, cells: Sequence[object], name: str) -> float:
    """The figure of a raw cell in MiB or vCPU, 0 where it is none; of "used / capacity" the capacity."""
    raw = cell_of(matched, cells, name)
    scale = matched.scale.get(name, 1.0)
    if name == "storage":
        raw, scale = str(raw or "").rpartition("/")[2], 1024.0
    with suppress(ValueError):
        return parse_quantity(raw, scale, decimal_comma=matched.table.decimal_comma, whole=scale == 1.0) or 0.0
    return 0.0
