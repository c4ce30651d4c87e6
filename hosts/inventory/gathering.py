"""The tables of one or several files brought together: each told by its columns, all into one inventory."""

import itertools
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace

from hosts.inventory.assembly.vcenters import spell_alike, tell_exports_apart
from hosts.inventory.files.tables import Matched, Table, Tables, match, normal
from hosts.inventory.formats import flat, rvtools
from hosts.inventory.formats.companions import Companion, companion_of
from hosts.inventory.formats.flat_fields import DISKS, FlatFormat
from hosts.inventory.formats.known import SEVERAL
from hosts.inventory.formats.matching import Matching, header_key, question_of
from hosts.inventory.formats.rvtools_fields import FIELDS, NEEDED
from hosts.inventory.problems import ProblemLog
from hosts.inventory.refusals import UnreadableFileError
from hosts.inventory.report.tally import Tally
from hosts.inventory.rows import Inventory
from hosts.inventory.traces.shapes import is_trace

Matchings = Mapping[str, Matching]


@dataclass(slots=True)
class Gathering:
    """What was found so far."""

    log: ProblemLog
    matchings: Matchings = field(default_factory=dict)
    without: Container[str] = frozenset()  # tables that are to be left out
    seen: int = 0  # tables
    tally: Tally = field(default_factory=Tally)
    inventories: list[Inventory] = field(default_factory=list)
    companions: list[Companion] = field(default_factory=list)
    refusals: list[UnreadableFileError] = field(default_factory=list)

    def take_exports(self, exports: Iterable[Tables], *, beside_traces: bool = False) -> None:
        """The exports of a workbook or an archive, read one after the other. Tables that nobody can make anything of
        are noted where there are others, or traces.
        """
        before = len(self.inventories) + len(self.companions)
        seen: list[str] = []
        unknown: list[UnreadableFileError] = []
        for tables in exports:
            with closing(tables):
                self.take_tables(tables, seen, unknown)
        self.seen += len(seen)
        asking = [error for error in unknown if error.question]
        if before == len(self.inventories) + len(self.companions) and (asking or not beside_traces):
            refusals = asking or unknown[-1:]
            self.refusals += refusals[:1] or [UnreadableFileError("no-vinfo", tabs="–")]
        else:
            for error in unknown:
                self.log.add("tab-unreadable", tab=str(error.params.get("tab", "")))

    def take_tables(self, tables: Tables, seen: list[str], unknown: list[UnreadableFileError]) -> None:
        """The tabs of one export, read one after the other. From the first of RVTools on all are its."""
        kept = self.kept(tables, seen)
        for table in kept:
            if is_rvtools(table) and header_key(table.header) not in self.matchings:
                if lacking := [error for error in unknown if error.code == "vinfo-columns"]:
                    return self.refusals.append(lacking[0])
                return self.take_rvtools(itertools.chain([table], kept))
            if not self.take_flat(table):
                unknown.append(unknown_table(table, seen))
        return None

    def kept(self, tables: Iterable[Table], seen: list[str]) -> Iterator[Table]:
        """The tables but for those that are to be left out, which is noted; their names are put into `seen`."""
        for table in tables:
            if table.name in self.without:
                self.log.add("tab-left-out", tab=table.name)
            else:
                seen.append(table.name)
                yield table

    def let_be_left_out(self, *, beside_traces: bool) -> None:
        """Says of the table that is asked about whether it may be left out: where it is not all there is."""
        for error in self.refusals:
            if error.question:
                error.question.optional = beside_traces or self.seen > 1

    def take_texts(self, read: Iterable[Table]) -> None:
        """CSV files: those of one RVTools export belong together, any other stands for itself."""
        seen: list[str] = []
        tables = list(self.kept(read, seen))
        self.seen += len(seen)
        known = [table for table in tables if header_key(table.header) in self.matchings]
        exported = [table for table in tables if table not in known and is_rvtools(table)]
        for group in rvtools_exports(exported):
            self.take_rvtools(group)
        for table in tables:
            if table not in exported and not self.take_flat(table):
                self.refusals.append(unknown_table(table, [table.name], text=True))

    def take_rvtools(self, tables: Iterable[Table]) -> None:
        """One export of RVTools."""
        self.tally.begin_export()
        self.inventories.append(rvtools.read(map(self.watched, tables), self.log))
        self.tally.end_export("vDisk")

    def watched(self, table: Table) -> Table:
        """A tab of RVTools, its raw figures noted while it is read where it is the one of VMs or of their disks."""
        tab = tab_of(table)
        if tab == "vDisk":
            return self.tally.watch_disks(match(table, FIELDS["vDisk"], tab="vDisk"))
        if tab != "vInfo":
            return table
        return self.tally.watch(match(table, FIELDS["vInfo"], tab="vInfo"), (("total_disk",), ("provisioned",)))

    def take_flat(self, table: Table) -> bool:
        """One table with a VM a row, or one that completes such a table; returns whether it was either."""
        fits = self.shape_of(table)
        if fits:
            shape, matched = fits
            watched = self.tally.watch(matched, (("disk", *DISKS),), shape.only)
            self.inventories.append(flat.read(replace(matched, table=watched), shape, self.log))
        elif companion := companion_of(table):
            companion.read(table, self.log)
            self.companions.append(companion)
        else:
            return False
        return True

    def shape_of(self, table: Table) -> tuple[FlatFormat, Matched] | None:
        """The kind of a table and where its fields stand: as a user said, else by its columns."""
        matching = self.matchings.get(header_key(table.header))
        if matching and matching.positions:
            return matching.shape, matching.apply(table)
        shape = flat.flat_format(table)
        return (shape, flat.matched_by(table, shape)) if shape else None

    def knows(self, table: Table) -> bool:
        """Whether a table is an inventory, or completes one."""
        return is_rvtools(table) or self.shape_of(table) is not None or companion_of(table) is not None

    def together(self) -> Inventory:
        """One inventory of all; UnreadableFileError where a file was not understood, or none has VMs."""
        if self.refusals:
            raise self.refusals[0]
        if not self.inventories:
            label = self.companions[0].label if self.companions else "–"
            raise UnreadableFileError("companion-alone", label=label)
        spell_alike(self.inventories)
        for vm in itertools.chain.from_iterable(inventory.vms for inventory in self.inventories):
            vm.stated_vcenter = vm.vcenter
        inventory = joined(self.inventories)
        for companion in self.companions:
            inventory.columns += companion.columns
            companion.complete(inventory.vms)
            disks = ((inventory.tab_of(vm), vm.row, companion.disk_mib(vm)) for vm in inventory.vms)
            self.tally.add_disks(companion.label, {(tab, row): mib for tab, row, mib in disks if mib})
        flat.note_disks(inventory, self.log)
        return inventory


def tab_of(table: Table) -> str:
    """The tab of RVTools that a table is, by its name, else by its columns; "" where none."""
    return rvtools.tab_of(table.name) or rvtools.tab_by_columns(table.header)


def is_rvtools(table: Table) -> bool:
    """Whether a table is a tab of RVTools: vInfo by its columns, any other where no other kind has such columns.

    One called vInfo is only where it has the columns that are needed.
    """
    if rvtools.tab_by_columns(table.header) == "vInfo":
        return True
    tab = "" if flat.flat_format(table) else tab_of(table)
    return bool(tab) and (tab != "vInfo" or not missing_of(table))


def missing_of(table: Table) -> list[str]:
    """The fields that vInfo needs and a table lacks."""
    index = match(table, FIELDS["vInfo"], tab="vInfo").index
    return [name for name in NEEDED["vInfo"] if name not in index]


def unknown_table(table: Table, seen: list[str], *, text: bool = False) -> UnreadableFileError:
    """Why a table is not understood, with the question that may settle it."""
    if not text and is_trace(table):
        return UnreadableFileError("trace-tab", tab=table.name)
    question = question_of(table)
    if tab_of(table) == "vInfo":
        error = UnreadableFileError("vinfo-columns", tab=table.name, columns=", ".join(missing_of(table)))
    elif text:
        error = UnreadableFileError("unknown-columns", tab=table.name, columns=", ".join(table.header)[:300] or "–")
    else:
        error = UnreadableFileError("no-vinfo", tab=table.name, tabs=", ".join(seen[:30]))
    error.question = question
    return error


def rvtools_exports(tables: list[Table]) -> list[list[Table]]:
    """CSV files by the export that they are of: those whose names begin alike before the tab's name.

    Tabs without a vInfo of their own belong to the first export.
    """
    groups: dict[tuple[str, int], list[Table]] = {}
    counts: dict[tuple[str, str], int] = {}
    for table in tables:
        tab = tab_of(table)
        prefix = normal(table.name.removesuffix(".csv")).removesuffix(tab.casefold())
        counts[prefix, tab] = counts.get((prefix, tab), 0) + 1
        groups.setdefault((prefix, counts[prefix, tab]), []).append(table)
    whole = [group for group in groups.values() if any(tab_of(table) == "vInfo" for table in group)]
    rest = [table for group in groups.values() if group not in whole for table in group]
    if not whole:
        return [rest] if rest else []
    return [whole[0] + rest, *whole[1:]]


def joined(inventories: list[Inventory]) -> Inventory:
    """Several inventories as one; each VM says in which table it stands."""
    if len(inventories) == 1:
        return inventories[0]
    tell_exports_apart(inventories)
    formats = {inventory.format for inventory in inventories}
    whole = Inventory(format=formats.pop() if len(formats) == 1 else SEVERAL)
    for inventory in inventories:
        for vm in inventory.vms:
            vm.tab = inventory.tab_of(vm)
        for host in inventory.hosts:
            host.tab = inventory.host_tab
        for store in inventory.datastores:
            store.tab = inventory.datastore_tab or inventory.vm_tab
        for name in ("clusters", "hosts", "vms", "datastores", "columns"):
            getattr(whole, name).extend(getattr(inventory, name))
        whole.rows_read += inventory.rows_read
    for name in ("vm_tab", "host_tab", "datastore_tab"):
        tabs = dict.fromkeys(getattr(inventory, name) for inventory in inventories)
        setattr(whole, name, ", ".join(filter(None, tabs)))
    return whole
