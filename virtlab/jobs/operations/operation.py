"""The base of everything a user can do to infrastructure."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import QuerySet

from virtlab.engine.durations.timings import Timings
from virtlab.jobs.choices import Side
from virtlab.jobs.operations.plan import Held, Plan, Preview, Refusal
from virtlab.jobs.text import Message, Text, say
from virtlab.labs.choices import Role
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values
from virtlab.labs.timings import timings_from

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields of a long form that belong together, under a heading."""

    title: Message
    names: Sequence[str]


class OperationForm(forms.Form):
    """A form that knows its lab and subject, to narrow choices and to fill in what is now.

    One form asks for many objects too: each object then gets a form of its own with what was given once for all.
    A long form names its `groups`.
    """

    groups: ClassVar[Sequence[FieldGroup]] = ()

    def __init__(self, *args: Any, lab: Lab | None = None, subject: models.Model | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lab = lab
        self.subject = subject
        self.prepare()

    def prepare(self) -> None:
        """Called once lab and subject are known: set querysets, initial values and limits here."""

    @property
    def parts(self) -> list[tuple[Message, list[forms.BoundField]]]:
        """The visible fields by group with their headings; those that no group names come last, without one."""
        visible = {bound.name: bound for bound in self.visible_fields()}
        parts = [(group.title, [visible.pop(name) for name in group.names]) for group in self.groups]
        return [*parts, ("", list(visible.values()))] if visible else parts


class Operation:
    """Subclass it, register it, and it is a button, an API call and a command.

    An instance is one request: `lab`, `subject` (of `subject_model`, or None for one that makes something new) and
    `values`, the form's cleaned data. Nothing of it may change the database: only the effects of its plan do.
    """

    name: ClassVar[str]
    title: ClassVar[Message]
    side: ClassVar[str] = Side.BOTH
    form_class: ClassVar[type[OperationForm]] = OperationForm
    subject_model: ClassVar[type[models.Model] | None] = None
    # The operation on the other side that does the same, by name; the side-by-side view runs the pair.
    counterpart: ClassVar[str] = ""
    # The least role in the lab that may start it.
    role: ClassVar[Role] = Role.OPERATOR
    # The way from the subject to its lab, e.g. "vm__lab" for a snapshot.
    lab_path: ClassVar[str] = "lab"
    # What check, preview and plan read through the subject, loaded with it: ("host", "cluster").
    related: ClassVar[Sequence[str]] = ()
    # In an object's menu: primary ones are buttons, the others stand under "More" by group, dangerous ones last.
    primary: ClassVar[bool] = False
    danger: ClassVar[bool] = False
    group: ClassVar[Message] = ""
    # Fields of the subject whose change makes an open form stale (all its plain columns where empty).
    watched_fields: ClassVar[Sequence[str]] = ()
    # Templates show the class itself; they would else call it.
    do_not_call_in_templates: ClassVar[bool] = True

    def __init__(self, lab: Lab, subject: models.Model | None, values: dict[str, Any]) -> None:
        self.lab = lab
        self.subject = subject
        self.values = values
        # Shared by the operations of one bulk request: what is the same for all is computed once (`once`).
        self.shared: dict[str, Any] = {}

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, asked only once for all objects of one request: a catalogue, timings, a policy."""
        if name not in self.shared:
            self.shared[name] = make()
        found: T = self.shared[name]
        return found

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
        return say(self.title)

    def check(self) -> Sequence[Refusal]:
        """Why not, in words; empty where nothing stands in the way. Asked again under lock at the start."""
        return []

    def check_beside(self, others: Sequence["Operation"]) -> Sequence[Refusal]:
        """Why not, given the others of the same bulk request that start before it, e.g. room that they will take."""
        return []

    def preview(self) -> Preview:
        """Before and after, for the confirmation."""
        return Preview()

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
        return cls.subject_model._default_manager.filter(**{cls.lab_path: lab}).select_related(*cls.related)

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


def kept_params(form: OperationForm) -> dict[str, Any]:
    """A valid form's data as JSON: given to the same form again, they make the same values."""
    kept = {name: form[name].data for name in form.fields}
    encoded: dict[str, Any] = json.loads(json.dumps(kept, cls=DjangoJSONEncoder))
    return encoded
