"""Effects: what a step does at its end, in the same transaction as its change of state.

    @effect("vm.set_size")
    def set_size(run: Run) -> None:
        vm = run.get(VirtualMachine)
        run.remember(memory_mib=vm.memory_mib)
        vm.memory_mib = run.params["memory_mib"]
        vm.save(update_fields=["memory_mib"])

An effect happens once, whoever is killed. It raises StepFailed with a sentence where it cannot happen: then its own
changes are rolled back and the job's earlier steps are undone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from virtlab.jobs.choices import Level
from virtlab.jobs.links import kept_name
from virtlab.jobs.models import Job, JobSubject, LogLine, Step
from virtlab.jobs.text import Text, say
from virtlab.labs.models import Lab
from virtlab.web.lazy_text import LazyText

M = TypeVar("M", bound=models.Model)
EffectFunction = Callable[["Run"], None]
LEAST_WAIT, ASKED_AGAIN = timedelta(seconds=1), timedelta(minutes=1)
Starter = Callable[["Run", str, models.Model | None, dict[str, Any]], Job]


class StepFailed(Exception):
    """The step cannot happen; the text says why."""

    def __init__(self, message: LazyText | Text, /, **words: Any) -> None:
        self.text = say(message, **words)
        super().__init__(str(self.text))


class NotYet(Exception):
    """The step has to wait for other jobs: it is asked again at the lab time at which they should have ended, or as
    soon as a part of the same whole has. None: nobody knows when, as of a job that queues.
    """

    def __init__(self, until: datetime | None, message: LazyText | Text = "", /, **words: Any) -> None:
        self.until = until
        self.text = say(message, **words)
        super().__init__(str(self.text))

    def after(self, lab_at: datetime) -> timedelta:
        """How long to wait from a lab time on."""
        return max(self.until - lab_at, LEAST_WAIT) if self.until else ASKED_AGAIN


@dataclass(frozen=True, slots=True)
class Effect:
    """A function under the name by which steps in the database call it."""

    name: str
    function: EffectFunction
    # Names of needs of other steps that it may take away.
    breaks: tuple[str, ...] = ()
    # Whether it asks how other jobs stand: what the same transaction did with them is then written before.
    reads_jobs: bool = False
    # Whether it changes what shared resources carry.
    reshares: bool = False
    # What it will give to what it makes, e.g. "vm.name", and where the step's parameters say it.
    names: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, run: "Run") -> None:
        self.function(run)


EFFECTS: dict[str, Effect] = {}


def effect(
    name: str,
    *,
    breaks: Sequence[str] = (),
    reads_jobs: bool = False,
    reshares: bool = False,
    names: Mapping[str, str] | None = None,
) -> Callable[[EffectFunction], Effect]:
    """Registers a function as an effect; raises ValueError for a name taken by another function.

    `breaks`: the needs of other steps that it may take away (`virtlab.jobs.operations.needs`). `reads_jobs`: it asks
    the database how other jobs stand. `reshares`: it changes what a datastore, link or volume carries. `names`: what
    nobody else may ask for until it has happened, {"host.name": "names"}: by kind, the path of its parameters to it,
    through lists of names or of rows ("copies.name").
    """

    def register(function: EffectFunction) -> Effect:
        taken = EFFECTS.get(name)
        if taken and taken.function.__qualname__ != function.__qualname__:
            raise ValueError(f"Two effects are named {name}.")
        return EFFECTS.setdefault(name, Effect(name, function, tuple(breaks), reads_jobs, reshares, names or {}))

    return register


@dataclass
class Run:
    """What an effect is given: its lab, job and step, the lab time at which it happens, and what it may do.

    `starter` starts other operations (an undoing has none), `subjects` and `steps` are the job's own as far as they
    are loaded: steps that the same transaction drives are not written yet.
    """

    lab: Lab
    job: Job
    step: Step
    lab_time: datetime
    _: KW_ONLY
    starter: Starter | None = None
    subjects: Sequence[JobSubject] | None = None
    steps: Sequence[Step] = ()
    lines: list[LogLine] = field(default_factory=list)
    started: list[Job] = field(default_factory=list)

    @property
    def params(self) -> dict[str, Any]:
        """The step's parameters, as the plan gave them."""
        return dict(self.step.params)

    @property
    def memory(self) -> dict[str, Any]:
        """What the effect remembered, for its undoing."""
        return dict(self.step.memory)

    def remember(self, **facts: Any) -> None:
        """Keeps JSON facts with the step: the undoing reads them in `run.memory`."""
        self.step.memory = {**self.step.memory, **facts}

    def get(self, model: type[M], pk: int | None = None, *, related: Sequence[str] = ()) -> M:
        """The object of that key, or the job's first one of that model, with what is `related`.

        StepFailed where it is gone.
        """
        rows = model._default_manager.select_related(*related) if related else model._default_manager.all()
        subject = rows.filter(pk=pk if pk is not None else self._subject_id(model)).order_by().first()
        if subject is None:
            raise StepFailed(_("%(name)s is gone."), name=self._name_of(model, pk))
        return subject

    def result(self, key: str) -> dict[str, Any]:
        """What an earlier step of the job, of that key, remembered; empty where there is none (one query at most)."""
        earlier = [step for step in self.steps if step.key == key and step.position < self.step.position]
        if earlier:
            return dict(earlier[-1].memory)
        written = Step.objects.filter(job=self.job, key=key, position__lt=self.step.position).order_by("-position")
        return dict(written.values_list("memory", flat=True).first() or {})

    def log(self, message: LazyText | Text, /, level: str = Level.INFO, **words: Any) -> None:
        """Adds a line to the job's log."""
        text = say(message, **words).as_json()
        self.lines.append(LogLine(job=self.job, lab_at=self.lab_time, level=level, text_kept=text))

    def touch(self, *subjects: models.Model, hold: bool = False) -> None:
        """Links objects, such as one just made, to the job; `hold` keeps other jobs away from them until the end (one
        query).
        """
        self.subjects = None  # the database knows more now than the batch had loaded
        JobSubject.objects.bulk_create(
            [
                JobSubject(
                    job=self.job,
                    content_type=ContentType.objects.get_for_model(subject),
                    object_id=subject.pk,
                    name=kept_name(subject),
                    held=hold,
                    exclusive=hold,
                )
                for subject in subjects
            ],
            update_conflicts=True,
            unique_fields=["job", "content_type", "object_id"],
            update_fields=["name", "held", "exclusive"],
        )

    def start(self, name: str, subject: models.Model | None, /, **params: Any) -> Job:
        """Starts the operation of that name at this lab time as a part of this job; StepFailed where it is refused."""
        if self.starter is None:
            raise StepFailed(_("An undoing cannot start another operation."))
        job = self.starter(self, name, subject, params)
        self.started.append(job)
        return job

    def _subject(self, model: type[models.Model], pk: int | None = None) -> JobSubject | None:
        kind = ContentType.objects.get_for_model(model).pk
        subjects = self.job.subjects.all() if self.subjects is None else self.subjects
        named = (s for s in subjects if s.content_type_id == kind and pk in {None, s.object_id})
        return next(named, None)

    def _subject_id(self, model: type[models.Model]) -> int | None:
        subject = self._subject(model)
        return subject.object_id if subject else None

    def _name_of(self, model: type[models.Model], pk: int | None) -> str:
        subject = self._subject(model, pk)
        return subject.name if subject else str(model._meta.verbose_name)
