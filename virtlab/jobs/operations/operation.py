"""The base of everything a user can do to infrastructure."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import QuerySet

from virtlab.engine.durations.timings import Timings
from virtlab.jobs.choices import Side
from virtlab.jobs.models import Job
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.plan import Change, Held, Pair, Plan, Preview, Refusal, WayOut
from virtlab.jobs.text import Text, say
from virtlab.labs.choices import Role
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values
from virtlab.labs.timings import timings_from
from virtlab.web.lazy_text import LazyText

T = TypeVar("T")
PROVIDER = "provider"
"""The counterpart of what nobody does on the cloud side: it is the provider's."""


class Operation:
    """Subclass it, register it, and it is a button, an API call and a command.

    An instance is one request: `lab`, `subject` (of `subject_model`, or None for one that makes something new) and
    `values`, the form's cleaned data. Nothing of it may change the database: only the effects of its plan do.
    """

    name: ClassVar[str]
    title: ClassVar[LazyText]
    # The job's title, filled with the subject's name under `called`: "Stop %(name)s". Empty: as `title`.
    sentence: ClassVar[LazyText] = ""
    called: ClassVar[str] = "name"
    side: ClassVar[str] = Side.BOTH
    form_class: ClassVar[type[OperationForm]] = OperationForm
    subject_model: ClassVar[type[models.Model] | None] = None
    # The operation on the other side that does the same, by name; the side-by-side view runs the pair. PROVIDER: there
    # nobody has to do it. Empty: the other side has no such thing, or it cannot be done here yet.
    counterpart: ClassVar[str] = ""
    # The parameter that says where the subject goes, e.g. the host of a move.
    target_param: ClassVar[str] = ""
    # Whether it begins at once, however many jobs run: what happens to the lab, rather than what somebody does in it.
    queues: ClassVar[bool] = True
    # Whether nothing else may begin meanwhile in what its subject holds, as in a cluster that is installed anew.
    closes: ClassVar[bool] = False
    # Whether its subject is gone afterwards, or not what it was: nothing that reads it may begin.
    takes_away: ClassVar[bool] = False
    # The least role in the lab that may start it.
    role: ClassVar[Role] = Role.OPERATOR
    # The way from the subject to its lab, e.g. "vm__lab" for a snapshot.
    lab_path: ClassVar[str] = "lab"
    # What check, preview and plan read through the subject, loaded with it: ("host", "cluster").
    related: ClassVar[Sequence[str]] = ()
    # What refers to the subject and is read too, for all objects of a request together: ("snapshots",).
    referring: ClassVar[Sequence[str]] = ()
    # In an object's menu: primary ones are buttons, the others stand under "More" by group, dangerous ones last.
    primary: ClassVar[bool] = False
    danger: ClassVar[bool] = False
    group: ClassVar[LazyText] = ""
    # Fields of the subject whose change makes an open form stale (all its plain columns where empty).
    watched_fields: ClassVar[Sequence[str]] = ()
    # Templates show the class itself; they would else call it.
    do_not_call_in_templates: ClassVar[bool] = True

    def __init__(self, lab: Lab, subject: models.Model | None, values: dict[str, Any]) -> None:
        self.lab = lab
        self.subject = subject
        self.values = values
        # Shared by the operations of one bulk request: what is the same for all is computed once (`once`), and what
        # each has of its own is read for all objects together.
        self.shared: dict[str, Any] = {}
        self.together: Sequence[models.Model] = [subject] if subject else []

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, asked only once for all objects of one request: a catalog, timings, a policy."""
        if name not in self.shared:
            self.shared[name] = make()
        shared: T = self.shared[name]
        return shared

    @property
    def lab_figures(self) -> Mapping[str, float]:
        """The lab's values of all parameters, read once for all objects of a request."""
        return self.once("values", lambda: lab_values(self.lab))

    @property
    def timings(self) -> Timings:
        """The durations in force for the lab, in seconds and MiB per second."""
        return self.once("timings", lambda: timings_from(self.lab_figures))

    def describe(self) -> Text:
        """The job's title, e.g. "Resize db-01 to 8 vCPU"."""
        return say(self.sentence, **{self.called: str(self.subject)}) if self.sentence else say(self.title)

    def check(self) -> Sequence[Refusal]:
        """Why not, in words; empty where nothing stands in the way. Asked again under lock at the start."""
        return []

    def check_place(self) -> Sequence[Refusal]:
        """Why nothing at all may be begun now where this would happen; empty where that is not so."""
        return []

    def refusals(self) -> list[Refusal]:
        """Why not: because of the place, and of what is asked for."""
        return [*self.check_place(), *self.check()]

    def check_beside(self, others: Sequence["Operation"]) -> Sequence[Refusal]:
        """Why not, given the others of the same bulk request that start before it, e.g. room that they will take."""
        return []

    def changes(self) -> Sequence[Change]:
        """What is before and after. The audit log keeps it, so it is computed under the lab's lock too."""
        return []

    def figures(self) -> tuple[Pair | None, Pair | None]:
        """USD per month and watts, each before and after; None where one says nothing of this operation."""
        return None, None

    def figures_of(self) -> Text | LazyText | str:
        """Whose money and watts `figures` gives."""
        return str(self.subject) if self.subject else ""

    @property
    def downtime_s(self) -> float | None:
        """How long users notice; None where that has no known end, or nobody could notice."""
        return None

    def notes(self) -> Sequence[Text | LazyText]:
        """What else the user should know before."""
        return []

    def preview(self) -> Preview:
        """Before and after, and what it takes, for the confirmation."""
        cost_usd_per_month, power_w = self.figures()
        of = self.figures_of() if cost_usd_per_month or power_w else ""
        return Preview(self.changes(), cost_usd_per_month, power_w, self.downtime_s, self.notes(), of)

    def ways_on(self, job: Job) -> Sequence[WayOut]:
        """What the user may do now that its job has failed and the object stays in the state that was reached; what is
        refused by now is not shown.
        """
        return []

    @classmethod
    def why_not_cancelled(cls, job: Job) -> Text | None:
        """Why what its job did so far cannot be taken back now, beside what its steps say; None where it can."""
        return None

    @classmethod
    def why_not_retried(cls, job: Job) -> Text | None:
        """Why its job cannot go on where it stopped, whatever its steps need; None where it can."""
        return None

    def plan(self) -> Plan:
        """The steps, with durations from the engine."""
        raise NotImplementedError

    def holds(self) -> Sequence[Held]:
        """What the job touches: the subject, held against other jobs; others e.g. as `Held(host, exclusive=False)`."""
        return [Held(self.subject)] if self.subject else []

    @classmethod
    def offered_for(cls, subject: models.Model) -> bool:
        """Whether a menu of this object lists the operation at all."""
        return cls.subject_model is not None and isinstance(subject, cls.subject_model)

    @classmethod
    def subjects(cls, lab: Lab) -> "QuerySet[models.Model]":
        """The objects of a lab that it can be asked for; none where it makes something new."""
        if cls.subject_model is None:
            return Lab.objects.none()
        subjects = cls.subject_model._default_manager.filter(**{cls.lab_path: lab})
        return subjects.select_related(*cls.related).prefetch_related(*cls.referring)

    @classmethod
    def form(
        cls, lab: Lab, subject: models.Model | None, data: Any = None, initial: dict[str, Any] | None = None
    ) -> OperationForm:
        """The form, bound where there is data (a request's POST, an API call's JSON, a job's kept parameters)."""
        return cls.form_class(data, lab=lab, subject=subject, initial=initial)

    @classmethod
    def fingerprint(cls, subject: models.Model | None) -> dict[str, str]:
        """What the form shows of the subject as it is now, by column; a change in between is shown to the user."""
        if subject is None:
            return {}
        names = cls.watched_fields or [f.attname for f in subject._meta.concrete_fields if f.attname != "updated_at"]
        return {name: json.dumps(getattr(subject, name), cls=DjangoJSONEncoder) for name in names}
