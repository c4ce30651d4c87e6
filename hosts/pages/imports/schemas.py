"""What the REST API of imports takes and gives."""

from datetime import datetime
from typing import Any

from ninja import Field, Schema

from hosts.inventory.problems import Severity
from hosts.pages.imports.tables import LeftOut


class ImportOut(Schema):
    """An import. `state`: waiting, reading, columns (its `question` is to be answered), ready, refused, accepting,
    accepted or discarded. `job` is the worker's; `demo_removed`: instances of the demo that went with it.
    """

    id: int
    state: str
    files: str
    size_bytes: int
    sha256: str
    anonymous: bool
    created_at: datetime
    accepted_at: datetime | None
    job: int | None
    refusal: str
    demo_removed: int = 0


class FindingOut(Schema):
    """Something to know of the file: what was left out, assumed, or odd. `row` is 0 where it is of none."""

    severity: str
    code: str
    tab: str
    row: int
    column: str
    message: str


class ColumnOut(Schema):
    """A column of the file, and the field that it was read as; empty where it was ignored."""

    tab: str
    column: str
    field: str


class ColumnPage(Schema):
    """Some of `count` columns, how many were used and ignored, and the fields that no column was read as."""

    count: int
    used: int
    ignored: int
    missing: list[str]
    items: list[ColumnOut]


class ColumnsAsked(Schema):
    """Which columns."""

    used: bool | None = Field(None, description="true: those that were read, false: those that were ignored")


class FindingPage(Schema):
    """Some of `count` findings; `found` are all; the first few hundred of each kind are kept."""

    count: int
    found: int
    items: list[FindingOut]


class FindingsAsked(Schema):
    """Which findings."""

    severity: Severity | None = None
    tab: str = ""


class LeftOutPage(Schema):
    """Some of `count` rows that were left out, and how many by tab."""

    count: int
    tabs: dict[str, int]
    items: list[LeftOut]


class SumsOut(Schema):
    """Sums of VMs."""

    vms: int
    vcpu: float
    memory_mib: float
    disk_gib: float


class CheckOut(Schema):
    """A line of the files' own totals beside what was read; a `part` of the sum above, taken off where `sign` is -1."""

    label: str
    part: bool
    sign: int
    sums: SumsOut


class TotalsOut(Schema):
    """The lines, whether what was read `agrees` with the files' totals, and the largest difference that nothing
    explains as a share of one of them. `disk_column` is where the files' own disks come from, empty without any.
    """

    agrees: bool
    unexplained: float
    disk_column: str
    rows: list[CheckOut]


class ImportedVmOut(Schema):
    """A VM as it was read. Use is in shares of what it has (1 is all of it), null where the file says nothing."""

    name: str
    tab: str
    row: int
    cluster: str
    host: str
    datastore: str
    operating_system: str
    os_text: str
    vcpu: int
    memory_mib: int
    disk_gib: float
    disk_used_gib: float
    power_state: str
    is_template: bool
    set_apart: str
    cpu_mean: float | None
    cpu_peak: float | None
    memory_mean: float | None
    memory_peak: float | None


class VmPage(Schema):
    """Some of `count` VMs, in the order of the files."""

    count: int
    items: list[ImportedVmOut]


class ChoiceOut(Schema):
    """A field that is to be answered. `options` by what is sent for them; empty where a column is to be named."""

    name: str
    label: str
    needed: bool
    suggested: str
    options: dict[str, str] = Field(default_factory=dict)


class QuestionOut(Schema):
    """What an import leaves open: of a table of no known kind which of its columns is what, and in which unit; of
    traces how dates and numbers are meant. `optional`: the table may be left out, since it is not all that was sent.
    """

    tab: str
    optional: bool
    header: list[str]
    samples: list[list[str]]
    fields: list[ChoiceOut]


class EstateSizeOut(Schema):
    """How many VMs, templates among them, and hosts a lab has on its on-prem side."""

    vms: int
    hosts: int


class TakenAsOut(Schema):
    """A vCenter of the file (`read`) that an update takes as one of the lab (`there`); empty where one side names none.
    `vms` of its `of` VMs with a UUID have one of the lab's; 0 where the names differ by a domain alone.
    """

    read: str
    there: str
    vms: int
    of: int


class EncounterOut(Schema):
    """The import's VMs beside the lab's, as an update takes them: how many the lab has already (`known_vms`; where
    vCenters of other names count as others, `known_apart`), how many of these are other machines under the same name
    (`other_machines`), and how many VMs of the lab are not in the file and stay (`not_in_file`).
    """

    known_vms: int
    known_apart: int
    other_machines: int
    not_in_file: int
    vcenters: list[TakenAsOut]


class DemoOut(Schema):
    """Instances that the demo put on the cloud side, how many of these nobody has changed, what replacing may do with
    them, and what it does where `accept` does not say; empty where it must.
    """

    machines: int
    untouched: int
    choices: list[str]
    default: str


class ImportDetail(ImportOut):
    """The dry run of an import: what was understood, before anything is written. Empty but for what is `ready`.

    `question` is what is open in the state columns. `totals` are the file's own sums, what was left out by reason, and
    what was read. `modes`: how it may be accepted, what fits the lab best first; `afterwards`: what the lab holds
    then; `encounter`: which of its VMs the lab has already.
    """

    format: str
    summary: dict[str, Any] = Field(default_factory=dict)
    totals: dict[str, Any] = Field(default_factory=dict)
    columns: list[ColumnOut] = Field(default_factory=list)
    missing: list[str] = Field(default_factory=list)
    rows_left_out: dict[str, int] = Field(default_factory=dict)
    findings: list[FindingOut] = Field(default_factory=list)
    modes: list[str] = Field(default_factory=list)
    afterwards: dict[str, EstateSizeOut] = Field(default_factory=dict)
    encounter: EncounterOut | None = None
    demo: DemoOut | None = None
    accepted_before: int | None = None
    question: QuestionOut | None = None


class AcceptIn(Schema):
    """How: replace, add, update or traces; one of the import's `modes`. `vcenters_apart`: the vCenters that
    `encounter` takes as the lab's are others. `demo`: one of the choices of the dry run's `demo`, of its default where
    it is not sent.
    """

    mode: str
    vcenters_apart: bool = False
    demo: str = ""


class AnswersIn(Schema):
    """Answers by the names of the question's fields: a column by its header or by its number from 0, else an option.
    `leave_out`: the table is left out of this import instead, where the question is `optional`.
    """

    answers: dict[str, str | int] = Field(default_factory=dict)
    leave_out: bool = False


class TotalsIn(Schema):
    """An estate without a file, in one line ("120 VMs, 480 vCPU, 1.9 TiB, 40 TiB disk, 12 hosts") or by field, of which
    a field goes before the line. Units are gib or tib.
    """

    line: str | None = None
    vms: int | None = None
    vcpu: int | None = None
    memory: float | None = None
    memory_unit: str | None = None
    disk: float | None = None
    disk_unit: str | None = None
    hosts: int | None = None
    windows: int | None = None
    host_cores: int | None = None
    host_memory_gib: int | None = None
