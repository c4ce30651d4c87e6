"""What the REST API of jobs takes and gives."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Schema
from pydantic import AfterValidator

from virtlab.jobs.choices import JobState
from virtlab.jobs.requests.asking import MOST as MOST_OBJECTS
from virtlab.rest.why import Why

MOST = 200
LARGEST = 10**15


def as_sent_by_a_form(params: dict[str, Any]) -> dict[str, Any]:
    """Params as a form's fields take them; raises ValueError for what no form can send or no database can hold."""
    for name, value in params.items():
        if isinstance(value, int) and abs(value) > LARGEST:
            raise ValueError(f"{name}: the number is too large.")
    return {name: _as_text(value) for name, value in params.items()}


def _as_text(value: Any) -> Any:
    """A form sends text; what is empty, or made of several, is the field's to judge."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


Params = Annotated[dict[str, Any], AfterValidator(as_sent_by_a_form)]


class StepOut(Schema):
    """A step of a job; times are lab time."""

    key: str
    title: str
    state: str
    duration_s: float
    planned_start_lab_at: datetime | None
    planned_end_lab_at: datetime | None
    started_lab_at: datetime | None
    ended_lab_at: datetime | None
    physics: dict[str, Any]


class JobOut(Schema):
    id: int
    operation: str
    title: str
    side: str
    state: str
    source: str
    progress: float = Field(description="0 to 1")
    planned_s: float = Field(description="lab time, by its plan")
    duration_s: float = Field(description="lab time, of the way it is on: there, or back")
    created_at: datetime
    ended_at: datetime | None
    started_lab_at: datetime | None
    ends_lab_at: datetime | None
    attempt: int
    error: str


class JobDetail(JobOut):
    """A job with its steps and its log."""

    steps: list[StepOut]
    log: list[str]


class RealWorldOut(Schema):
    """One product's way to do it: its console's path, its commands (one a line), the error codes of its refusals."""

    product: str
    console: str
    cli: str
    errors: list[str]
    note: str


class OperationOut(Schema):
    """Something that can be done."""

    name: str
    title: str
    side: str
    subject: str
    counterpart: str = Field(description="the same on the other side; “provider”: nobody does it there; empty: none")
    fields: list[str]
    real_world: list[RealWorldOut]


class OperationIn(Schema):
    """A request to do something: `subject` is the object's number, `params` the form's fields.

    The same `key` again starts nothing new and gives the same job.
    """

    operation: str
    subject: int | None = None
    params: Params = Field(default_factory=dict)
    key: str = Field("", max_length=64)


class ChangeOut(Schema):
    """One line of before and after."""

    label: str
    before: str
    after: str
    unit: str


class PlannedOut(Schema):
    """One step to come."""

    key: str
    title: str
    duration_s: float


class PreviewOut(Schema):
    """What an operation would do; nothing is started. None: the operation says nothing of it."""

    title: str
    changes: list[ChangeOut]
    cost_usd_per_month: tuple[float, float] | None = Field(description="before, after")
    power_w: tuple[float, float] | None = Field(description="before, after")
    figures_of: str = Field(description="whose money and watts these are")
    downtime_s: float | None
    duration_s: float = Field(description="lab time, the median, beside what moves bytes in the lab now")
    alone_s: float = Field(description="lab time where nothing else would")
    others: int = Field(description="jobs that move bytes now through what it goes through")
    fails_after_s: float | None = Field(description="lab time after which it will have lost what it needs; None: never")
    p95_s: float = Field(description="lab time within which 95 of 100 such jobs end")
    notes: list[str]
    steps: list[PlannedOut]


class BackOut(Schema):
    """One step that takes back what a job did."""

    key: str
    title: str
    duration_s: float
    down: bool


class WayBackOut(Schema):
    """What a cancel would take now (lab time), and what does not come back."""

    steps: list[BackOut]
    duration_s: float
    downtime_s: float
    lost: list[str]
    stays: list[str] = Field(description="parts that are done, which are not taken back")


class BulkIn(Schema):
    """A request to do the same to many objects: `params` hold for all, what is left out stays as each has it.

    The same `key` again starts nothing new and gives the same jobs.
    """

    operation: str
    subjects: list[int] = Field(min_length=1, max_length=MOST_OBJECTS)
    params: Params = Field(default_factory=dict)
    key: str = Field("", max_length=64)


class NotStarted(Why):
    """Why it was not started for one object."""

    subject: int


class BulkOut(Schema):
    """The jobs that started, and why not where they did not. `batch` filters the list of jobs."""

    batch: str
    jobs: list[JobOut]
    refused: list[NotStarted]
    gone: int = Field(description="how many of the objects do not exist any more")


class Listed(Schema):
    """What a list of jobs may ask for."""

    state: JobState | None = None
    q: str = Field("", max_length=100)
    limit: int = Field(50, ge=1, le=MOST)
    before: int | None = Field(None, description="only jobs with a smaller number: the way to the next page")
