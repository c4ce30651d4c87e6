"""The file's own totals: summed straight from its cells while they are read, to be held against what was understood."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from hosts.inventory.files.tables import Matched, Row, Table
from hosts.inventory.files.values import clean_text, parse_quantity

Only = tuple[str, frozenset[str]]
Key = tuple[str, int]  # tab and row
Amounts = tuple[float, float, tuple[float, ...]]  # vCPU, memory (MiB), disks (MiB) by each way to know them
NAMES = ("name", "name_2", "name_3", "name_4")


@dataclass(slots=True)
class Tally:
    """What the rows that stand for VMs say, by tab and row. `disk_ways` are the headers that disks may come from.

    `names` and `disks_mib` are of the export that is being read: its VMs by row, and a table of single disks by VM.
    """

    rows: dict[Key, Amounts] = field(default_factory=dict)
    disk_ways: dict[str, list[str]] = field(default_factory=dict)
    names: dict[Key, str] = field(default_factory=dict)
    disks_mib: dict[str, float] = field(default_factory=dict)

    def watch(self, matched: Matched, disks: Sequence[Sequence[str]], only: Only = ("", frozenset())) -> Table:
        """The same table, whose rows are noted while it is read; `disks` are the fields of each way to know disks."""
        ways = [[name for name in way if name in matched.index] for way in disks]
        if "storage" in matched.index:
            ways.append(["storage"])
        ways = [way for way in ways if way]
        heads = [[matched.table.header[matched.index[name]] for name in way] for way in ways]
        self.disk_ways[matched.table.name] = [f"{way[0]} …" if len(way) > 1 else way[0] for way in heads]
        return replace(matched.table, rows=self.noted(matched.table.rows, matched, ways, only))

    def watch_disks(self, matched: Matched) -> Table:
        """The same table of single disks (fields vm and capacity), whose rows are summed by VM while it is read."""
        return replace(matched.table, rows=self.summed(matched.table.rows, matched))

    def summed(self, rows: Iterator[Row], matched: Matched) -> Iterator[Row]:
        """The rows, each summed before it is read."""
        for number, cells in rows:
            name = clean_text(cell_of(matched, cells, "vm")).casefold()
            self.disks_mib[name] = self.disks_mib.get(name, 0.0) + amount(matched, cells, "capacity")
            yield number, cells

    def begin_export(self) -> None:
        """Forgets the names of what was read before: single disks are of VMs of their own export."""
        self.names.clear()
        self.disks_mib.clear()

    def end_export(self, label: str) -> None:
        """Gives the sums of single disks to the VMs of the export; rows of one name share them."""
        of_name = Counter(self.names.values())
        if self.disks_mib:
            self.add_disks(
                label, {key: self.disks_mib.get(name, 0.0) / of_name[name] for key, name in self.names.items()}
            )

    def add_disks(self, label: str, disks_mib: Mapping[Key, float]) -> None:
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
                self.names[tab, number] = clean_text(cell_of(matched, cells, "name")).casefold()
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
