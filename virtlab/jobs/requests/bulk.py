"""One operation asked of many objects: what it would do to each, and why not where it cannot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.forms.utils import ErrorDict

from virtlab.jobs.actor import Actor
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.form_values import completed
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Plan, Preview
from virtlab.jobs.operations.refusals import Invalid, Refused, StaleForm
from virtlab.jobs.requests.asking import page_address, refusals_shown, seen_of_one, stale_shown
from virtlab.jobs.requests.bulk_form import shared_form, show_errors
from virtlab.jobs.requests.forecast import Forecast, forecasts
from virtlab.jobs.requests.prepare import Prepared, Request, prepare_all
from virtlab.labs.models import Lab


@dataclass
class Row:
    """One object: before and after, or why not."""

    subject: models.Model
    address: str
    preview: Preview | None = None
    plan: Plan | None = None
    forecast: Forecast | None = None
    refusals: list[dict[str, Any]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    stale: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def can(self) -> bool:
        """Whether it can start."""
        return self.preview is not None

    @property
    def downtime_s(self) -> float | None:
        """How long users notice, beside all that begins with it."""
        return self.forecast.downtime_s(self.preview) if self.forecast and self.preview else None

    @property
    def sentences(self) -> list[str]:
        """Why not, in words."""
        return [*(str(refusal["text"]) for refusal in self.refusals), *self.errors]


@dataclass
class Bulk:
    """One operation and the objects that it is asked for; `given` holds for all of them."""

    lab: Lab
    operation: type[Operation]
    subjects: Sequence[models.Model]
    given: Mapping[str, Any]
    actor: Actor
    rows: list[Row] = field(default_factory=list)
    wrong: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.own: list[OperationForm] = [self.operation.form(self.lab, subject) for subject in self.subjects]
        self.form = shared_form(self.operation, self.lab, self.own, self.given)

    def requests(self, seen: Mapping[str, Any] | None = None) -> list[Request]:
        """A request for each object, to be started; `seen` by key is what the page showed of each."""
        shown = seen or {}
        return [
            self._request(own, completed(own, self.given), seen=seen_of_one(shown.get(str(subject.pk))))
            for subject, own in zip(self.subjects, self.own, strict=True)
        ]

    def look(self) -> None:
        """Fills in the rows as things are now: those that can start come first. What is wrong for all is kept apart."""
        for own in self.own:
            own.bind(completed(own, self.given))
        looked_at = prepare_all(self.lab, [self._request(own, own.data, form=own) for own in self.own])
        self.wrong = _wrong_for_all(looked_at)
        rows = [self.row(prepared, self.wrong) for prepared in looked_at]
        self.rows = sorted(rows, key=lambda row: not row.can)
        able = [row for row in self.rows if row.plan]
        foreseen = forecasts(self.lab, [row.plan for row in able if row.plan])
        for row, forecast in zip(able, foreseen, strict=True):
            row.forecast = forecast

    def _request(self, own: OperationForm, params: Any, **more: Any) -> Request:
        return Request(self.operation, own.subject, params, self.actor, **more)

    def show_stale(self, refused: Sequence[Prepared]) -> None:
        """Fills in the rows as things are now, with what changed since the page was shown."""
        stale = ((prepared.request.subject, prepared.refused) for prepared in refused)
        changes = {subject.pk: why.changes for subject, why in stale if subject and isinstance(why, StaleForm)}
        self.look()
        for row in self.rows:
            row.stale = [stale_shown(row.subject, change) for change in changes.get(row.subject.pk, ())]

    @property
    def can(self) -> int:
        """How many can start."""
        return sum(row.can for row in self.rows)

    @property
    def cannot(self) -> int:
        """How many cannot."""
        return len(self.rows) - self.can

    @property
    def incomplete(self) -> bool:
        """Whether the form has still to be filled in before anything can be said of any object."""
        return bool(self.wrong) and not self.can

    @property
    def wrong_sentences(self) -> list[str]:
        """What is wrong for all of them, each with its field's name."""
        labels = {name: f"{self.form[name].label}: " for name in self.form.fields}
        return [f"{labels.get(name, '')}{error}" for name, errors in self.wrong.items() for error in errors]

    def mark(self) -> None:
        """Marks the form's fields with what is wrong for all."""
        show_errors(self.form, self.wrong)

    def seen(self) -> dict[str, dict[str, str]]:
        """What the page shows of each object, to find out later what changed."""
        return {str(subject.pk): self.operation.fingerprint(subject) for subject in self.subjects}

    def row(self, prepared: Prepared, wrong: Mapping[str, Sequence[str]] | None = None) -> Row:
        """What is said of one object; `wrong` is said at the form already."""
        subject = prepared.request.subject
        assert subject is not None
        row = Row(subject, page_address(self.lab, subject))
        if isinstance(prepared.refused, Refused):
            row.refusals = refusals_shown(self.lab, prepared.refused.refusals)
        elif isinstance(prepared.refused, Invalid):
            row.errors = sentences(prepared.refused.form, leave_out=wrong)
        elif prepared.operation is not None:
            row.preview, row.plan = prepared.operation.preview(), prepared.operation.plan()
        return row


def sentences(form: OperationForm, leave_out: Mapping[str, Sequence[str]] | None = None) -> list[str]:
    """What is wrong in a form, each with its field's name."""
    wrong = []
    for name, errors in form.errors.items():
        label = f"{form[name].label}: " if name in form.fields else ""
        wrong += [f"{label}{error}" for error in errors if error not in (leave_out or {}).get(name, ())]
    return wrong


def _wrong_for_all(looked_at: Sequence[Prepared]) -> dict[str, list[str]]:
    """The errors that every object's form has, by field; none where one object has no error."""
    invalid = [prepared.refused for prepared in looked_at if isinstance(prepared.refused, Invalid)]
    errors: list[ErrorDict] = [each.form.errors for each in invalid]
    if len(errors) < len(looked_at) or not errors:
        return {}
    first, others = errors[0], errors[1:]
    return {
        name: common
        for name, said in first.items()
        if (common := [str(e) for e in said if all(e in other.get(name, ()) for other in others)])
    }
