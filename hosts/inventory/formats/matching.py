"""Columns of a table that no known kind fits, as a user named them once: kept by the table's header."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from hosts.inventory.files.tables import Matched, Table, match, normal, without_unit
from hosts.inventory.files.values import MIB_PER_UNIT, clean_text
from hosts.inventory.formats.aws import MIGRATION_HUB
from hosts.inventory.formats.flat_fields import AZURE, OWN, FlatFormat
from hosts.inventory.formats.hypervisor_exports import HYPER_V, NUTANIX, PROXMOX
from hosts.inventory.formats.known import MATCHED
from hosts.inventory.formats.rvtools_fields import FIELDS
from hosts.inventory.refusals import Question

SAMPLES = 5
SAMPLE_CHARACTERS = 60
LEAST_COLUMNS = 3  # a name, vCPU and memory
SIZES = ("memory", "disk", "disk_used")
USAGE, SHARE, PERCENT = "usage", "share", "percent"
SHARES = ("cpu_mean", "cpu_peak", "memory_mean", "memory_peak")
# Fields that a user may name a column for, the needed ones first.
NEEDED = ("name", "vcpu", "memory")
OFFERED = (
    *NEEDED,
    *("disk", "disk_used", "os", "power", "cluster", "host", "datacenter", "datastore", "application"),
    *SHARES,
)
UNITS = {"bytes": 1 / 1024**2, "kib": MIB_PER_UNIT["k"], "mib": 1.0, "gib": MIB_PER_UNIT["g"], "tib": MIB_PER_UNIT["t"]}
# Words of lists that people keep by hand, besides those of the known kinds.
MORE_WORDS = {
    "name": (
        *("server", "hostname", "machine", "bezeichnung", "nom", "nombre", "nome", "仮想マシン", "仮想マシン名"),
        *("サーバー名", "ホスト名", "名前", "名称", "이름"),
    ),
    "vcpu": ("cpu", "cores", "cpucores", "kerne", "cœurs", "núcleos", "コア数", "cpu数", "vcpu数"),
    "memory": ("ram", "mem", "hauptspeicher", "メモリ", "メモリー"),
    "disk": ("storage", "disksize", "hdd", "festplatte", "platte", "disque", "disco", "ディスク", "磁盘", "디스크"),
    "os": ("system", "オペレーティングシステム"),
}
# What people write by hand about a VM or a host; it is kept nowhere.
NOTES = frozenset({"annotation", "annotations", "notes", "note", "description", "comment", "comments", "備考", "メモ"})
SIZE = re.compile(r"[\d.,\s]*([kmgt]i?b|bytes|%)?", re.IGNORECASE)
SHAPE = FlatFormat(key=MATCHED, label="", fields={})


@dataclass(slots=True, frozen=True)
class Matching:
    """The column (its position) of each field, and the unit (a key of UNITS) of the sizes among them.

    Of traces there are no columns to be named, and `units` are the answers to what they left open.
    """

    positions: Mapping[str, int]
    units: Mapping[str, str] = field(default_factory=dict)

    @property
    def shape(self) -> FlatFormat:
        """The kind of table that it makes of one."""
        return replace(SHAPE, fractions=self.units.get(USAGE) == SHARE)

    def apply(self, table: Table) -> Matched:
        """Where the fields stand in a table of that header."""
        index = {name: position for name, position in self.positions.items() if position < len(table.header)}
        return Matched(table, index, {name: UNITS[unit] for name, unit in self.units.items() if unit in UNITS})


def header_key(header: Iterable[str]) -> str:
    """A fingerprint of a header, the same whatever its case, blanks and punctuation are."""
    return hashlib.sha256("\x1f".join(normal(head) for head in header).encode()).hexdigest()


def may_be_named(table: Table) -> bool:
    """Whether a table has columns enough for a list of VMs, whatever they are called; a page of HTML is none."""
    return sum(bool(head.strip()) for head in table.header) >= LEAST_COLUMNS and not table.header[0].startswith("<")


def question_of(table: Table) -> Question | None:
    """The question for a table's columns; None where they are too few, or no row stands below them."""
    if not may_be_named(table):
        return None
    rows = [[sample(cell) for cell in cells] for _number, cells in islice(table.rows, SAMPLES)]
    return Question(table.name, [sample(head) for head in table.header], rows) if rows else None


def sample(cell: object) -> str:
    """A cell as it is shown."""
    return clean_text(cell)[:SAMPLE_CHARACTERS]


def suggested(header: Sequence[str]) -> Matching:
    """A first guess, by the words that all known kinds use; units only where the header names them."""
    table = Table("", tuple(header), iter(()))
    kinds = [OWN.fields, FIELDS["vInfo"], AZURE.fields, MIGRATION_HUB.fields]
    kinds += [NUTANIX.fields, HYPER_V.fields, PROXMOX.fields]
    words = {
        name: (*(word for kind in kinds for word in kind.get(name, ())), *MORE_WORDS.get(name, ())) for name in OFFERED
    }
    matched = match(table, words)
    named = {name: without_unit(normal(header[matched.index[name]]))[1] for name in SIZES if name in matched.index}
    units = {name: unit for name, mib in named.items() for unit in UNITS if UNITS[unit] == mib}
    return Matching(matched.index, units | {USAGE: PERCENT})


def raw_question(question: Question, *, hidden: bool = False) -> dict[str, Any]:
    """A question as plain data for the database, without notes; where names are not to be kept, without any text."""
    heads = list(enumerate(question.header))
    notes = {position for position, head in heads if is_note(head)}
    shown = {position for position, head in heads if head in question.asks.values()}  # moments and figures
    samples = [
        [
            masked(cell) if position in notes or (hidden and position not in shown) else cell
            for position, cell in enumerate(row)
        ]
        for row in question.samples
    ]
    kept = {"tab": question.tab, "header": question.header, "samples": samples, "asks": question.asks}
    return kept | {"told": question.told, "optional": question.optional}


def is_note(head: str) -> bool:
    """Whether a column holds notes."""
    return normal(head) in NOTES


def masked(text: str) -> str:
    """A sample without letters: figures and units say enough, names are not kept."""
    return text if SIZE.fullmatch(text) else "…"
