"""Driving a lab: whatever is due happens, in the order of lab time, in one transaction.

A step's effect and its change of state are committed together. So a worker killed anywhere loses nothing, and a message
that comes twice, late, or never does no harm: it finds nothing due, or the sweeper sends another.
"""

import heapq
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from virtlab.jobs.choices import JobKind, JobState, StepState
from virtlab.jobs.events.events import News
from virtlab.jobs.lifecycle import agenda
from virtlab.jobs.lifecycle.admission import begin_queued
from virtlab.jobs.lifecycle.bulk_write import write_rows
from virtlab.jobs.lifecycle.lifecycle import JOB_FIELDS, STEP_FIELDS, begin_step, bump_revision, end, happen
from virtlab.jobs.lifecycle.way_back import broken_by, mark_undone, turn_back
from virtlab.jobs.models import Job, JobSubject, LogLine, Step
from virtlab.jobs.operations.effects import EFFECTS, NotYet, Run
from virtlab.jobs.operations.needs import unmet
from virtlab.jobs.progress import progress
from virtlab.jobs.requests.start import start_from_job
from virtlab.jobs.runner.flows import Flows
from virtlab.jobs.runner.waiting import make_due, waiting_for
from virtlab.jobs.selectors import name_in_events
from virtlab.jobs.text import Text, say
from virtlab.labs.clock import locked_lab, passed_s
from virtlab.labs.models import Lab

# A batch stays short, so that SQLite's one writer and the lab's lock are soon free for others.
BATCH_JOBS = 80
BATCH_S = 0.4


@dataclass
class Driven:
    """What one drive did."""

    steps: int = 0
    jobs_ended: int = 0
    # Steps that ended, waited, or began to move their bytes.
    events: int = 0


def drive(lab_id: int, now: datetime | None = None) -> Driven:
    """Lets happen what is due in a lab, up to one batch; what is left gets a message of its own.

    Does nothing where nothing is due or where another worker holds the lab (who then sends the next message).
    """
    now = now or timezone.now()
    if not agenda.is_due(lab_id, now):
        return Driven()
    with transaction.atomic():
        lab = locked_lab(lab_id, skip_locked=True)
        if lab is None:
            return Driven()
        batch = Batch(lab, now)
        batch.run()
        agenda.refresh(lab)
        batch.news.publish_on_commit()
    return batch.driven


@dataclass
class Batch:
    """One transaction's work in a lab."""

    lab: Lab
    now: datetime
    driven: Driven = field(default_factory=Driven)
    jobs: dict[int, Job] = field(default_factory=dict)
    steps: dict[int, list[Step]] = field(default_factory=dict)
    done: dict[int, list[Step]] = field(default_factory=dict)
    subjects: dict[int, list[JobSubject]] = field(default_factory=dict)
    due: list[tuple[datetime, bool, int]] = field(default_factory=list)
    lines: list[LogLine] = field(default_factory=list)
    changed_steps: dict[int, Step] = field(default_factory=dict)
    changed_jobs: dict[int, Job] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.news = News(self.lab)
        self.flows = Flows(self.lab)
        self.lab_now = self.lab.lab_time(self.now)
        # What is later than the last job of a full batch has to wait for jobs that are not loaded.
        self.horizon = self.lab_now
        self.queue_waits = Job.objects.filter(lab=self.lab, state=JobState.QUEUED, kind=JobKind.LAB).exists()

    def run(self) -> None:
        """Loads what is due and lets it happen, earliest first, until nothing is left or the time is up."""
        running = Job.objects.filter(lab=self.lab, state=JobState.RUNNING, kind=JobKind.LAB)
        jobs = list(running.filter(due_lab_at__lte=self.lab_now).order_by("due_lab_at", "pk")[:BATCH_JOBS])
        if len(jobs) == BATCH_JOBS and jobs[-1].due_lab_at:
            self.horizon = jobs[-1].due_lab_at
        self.load(jobs)
        stop_at = time.monotonic() + BATCH_S
        while job := self.next_due():
            self.advance(job)
            if time.monotonic() >= stop_at:  # at least one step a batch, however slow the machine is
                break
        self.share_flows()
        self.write()

    def next_due(self) -> Job | None:
        """The job whose step is due first, once all flows that began or ended before that moment share anew."""
        while self.due or self.flows.changed_at:
            changed_at = self.flows.changed_at
            if changed_at and (not self.due or self.due[0][0] > changed_at):
                self.share_flows()
                continue
            at, _last, pk = heapq.heappop(self.due)
            job = self.jobs[pk]
            if job.state == JobState.RUNNING and job.due_lab_at == at:
                return job
        return None

    def share_flows(self) -> None:
        """Shares the resources anew where flows began or ended."""
        if self.flows.changed_at is None:
            return
        for job in self.flows.share():
            self.changed_jobs[job.pk] = job
            if job.pk in self.jobs:
                self.schedule(job)
            elif job.due_lab_at and job.due_lab_at <= self.horizon:
                self.load([job])

    def load(self, jobs: list[Job]) -> None:
        """Takes jobs into the batch, with their steps to come and their subjects (two queries)."""
        jobs = [job for job in jobs if job.pk not in self.jobs]
        if not jobs:
            return
        for job in jobs:
            self.jobs[job.pk], self.steps[job.pk], self.done[job.pk], self.subjects[job.pk] = job, [], [], []
        todo = Step.objects.filter(job__in=jobs, state__in=(StepState.RUNNING, StepState.PENDING))
        for step in todo.order_by("job", "position").defer("physics", "phases", "way_back", "lost"):
            _job, moving = self.flows.running.get(step.job_id, (None, step))
            self.steps[step.job_id].append(moving if moving.pk == step.pk else step)
            step.job = self.jobs[step.job_id]
        for subject in JobSubject.objects.filter(job__in=jobs).order_by("pk"):
            self.subjects[subject.job_id].append(subject)
        for job in jobs:
            self.schedule(job)

    def schedule(self, job: Job) -> None:
        """Puts a running job in line where its step is due within the batch's horizon.

        Of those due at the same moment the ones come last that ask how other jobs stand: those have ended by then.
        """
        if job.state == JobState.RUNNING and job.due_lab_at and job.due_lab_at <= self.horizon:
            effect = EFFECTS.get(self.steps[job.pk][0].effect)
            last = effect is not None and effect.reads_jobs
            heapq.heappush(self.due, (job.due_lab_at, last, job.pk))

    def in_hand(self) -> dict[int, tuple[Job, Step]]:
        """The jobs of the batch with their steps in progress."""
        return {pk: (self.jobs[pk], steps[0]) for pk, steps in self.steps.items() if steps}

    def advance(self, job: Job) -> None:
        """Lets a job's step in progress end, or begin to move its bytes."""
        assert job.due_lab_at is not None
        step, at = self.steps[job.pk][0], job.due_lab_at
        self.driven.events += 1
        if step.flow and step.rated_lab_at is None:
            self.flows.begin(job, step, at, self.in_hand())
            return
        if step.flow and not step.rate_mib_per_s:
            self.stop(job, say(_("What its bytes go through is gone.")), at)
            return
        subjects, done = self.subjects[job.pk], self.done[job.pk]
        run = Run(self.lab, job, step, at, starter=start_from_job, subjects=subjects, steps=done)
        effect = EFFECTS.get(step.effect)
        if effect and effect.reads_jobs:
            self.write()
        outcome = happen(step.effect, run)
        self.driven.steps += 1
        self.lines += run.lines
        self.queue_waits = self.queue_waits or any(other.state == JobState.QUEUED for other in run.started)
        if isinstance(outcome, NotYet):
            self.wait(job, outcome, at)
        elif isinstance(outcome, Text):
            self.stop(job, outcome, at)
        else:
            self.go_on(job, step, at)
        self.load([other for other in run.started if other.state == JobState.RUNNING])
        if outcome is None and effect and effect.reshares:
            self.flows.recheck(at, self.in_hand())
        if outcome is None and effect and effect.breaks:
            self.stop_needing(effect.breaks, at)

    def go_on(self, job: Job, step: Step, at: datetime) -> None:
        """The step is done: the next one starts at the same lab time, or the job has come to its end."""
        if step.flow:
            self.flows.end(job, step, at, self.in_hand(), done=True)
        step.state, step.ended_lab_at, step.ended_at = StepState.DONE, at, self.now
        step.late_s = passed_s(self.lab, at, self.now)
        self.changed_steps[step.pk] = step
        self.done[job.pk].append(self.steps[job.pk].pop(0))
        self.taken_back(job, step, at)
        if not self.steps[job.pk]:
            self.finish(job, step, at)
            return
        begin_step(job, self.steps[job.pk], at)
        following = self.steps[job.pk][0]
        self.changed_steps[following.pk], self.changed_jobs[job.pk] = following, job
        if following.needs and (why := unmet(self.lab, [following]).get(following.pk)):
            self.stop(job, why, at)
            return
        self.schedule(job)
        if step.flow:
            self.ask_waiting(job, at, siblings=True)
        if following.waits:
            self.fill_room(at)

    def taken_back(self, job: Job, step: Step, at: datetime) -> None:
        """The step was one of those that take another back: after the last of them that one is undone."""
        if step.undoes is None or any(later.undoes == step.undoes for later in self.steps[job.pk]):
            return
        if undone := Step.objects.filter(job=job, position=step.undoes).first():
            mark_undone(job, undone, at)
            self.changed_steps[undone.pk] = undone

    def finish(self, job: Job, step: Step, at: datetime) -> None:
        """Nothing is left to do: the job has succeeded, or ends as it was to end, once all is taken back."""
        if job.ends_as and step.undoes is None:
            self.turn_back(job, at)
            return
        end(job, job.ends_as or JobState.SUCCEEDED, at, Text.from_json(job.error_kept) if job.error_kept else None)
        self.ended(job, at)

    def stop(self, job: Job, why: Text, at: datetime) -> None:
        """The step failed: what was done is taken back."""
        step = self.steps[job.pk][0]
        if step.flow and step.rated_lab_at is not None:
            self.flows.end(job, step, at, self.in_hand(), done=False)
        self.turn_back(job, at, why)

    def turn_back(self, job: Job, at: datetime, why: Text | None = None) -> None:
        """Stops a job where it is; it ends now, or once all is taken back."""
        self.write()
        steps = list(job.steps.all())
        turn_back(self.lab, job, steps, at, why)
        if job.is_active:
            self.changed_jobs[job.pk] = job
            del self.jobs[job.pk]
            self.load([job])
            self.ask_waiting(job, at, siblings=True)
        else:
            self.ended(job, at)
        if broken := broken_by(steps):
            self.stop_needing(broken, at)

    def stop_needing(self, needs: Collection[str], at: datetime) -> None:
        """Fails, at this lab time, every job whose step in progress has lost something that it needs."""
        self.write()
        running = Step.objects.filter(job__lab=self.lab, job__state=JobState.RUNNING, state=StepState.RUNNING)
        needing = running.exclude(needs=[]).select_related("job").order_by("job")
        steps = [step for step in needing if any(kept["need"] in needs for kept in step.needs)]
        for pk, why in unmet(self.lab, steps, needs).items():
            job = next(step.job for step in steps if step.pk == pk)
            if job.pk not in self.jobs:
                job = self.flows.running.get(job.pk, (job, None))[0]
            self.load([job])
            # One that was stopped before it may have taken it along.
            if self.jobs[job.pk].state == JobState.RUNNING and [step.pk for step in self.steps[job.pk][:1]] == [pk]:
                self.stop(self.jobs[job.pk], why, at)

    def wait(self, job: Job, waiting: NotYet, at: datetime) -> None:
        """The step has to wait: it is asked again later in lab time."""
        later = timedelta(seconds=waiting.after_s)
        job.share_done, job.share_lab_at = progress(job, at), at
        job.due_lab_at = at + later
        job.ends_lab_at = max((job.ends_lab_at or at) + later, job.due_lab_at)
        job.note_kept = waiting.text.as_json() if waiting.text else job.note_kept
        self.changed_jobs[job.pk] = job
        self.schedule(job)

    def ended(self, job: Job, at: datetime) -> None:
        """A job has come to its end."""
        self.driven.jobs_ended += 1
        self.changed_jobs.pop(job.pk, None)
        self.news.job(job)
        self.ask_waiting(job, at, siblings=job.state != JobState.SUCCEEDED)
        self.fill_room(at)

    def ask_waiting(self, part: Job, at: datetime, *, siblings: bool) -> None:
        """Those that wait for this part of the same whole are asked at this lab time."""
        if part.parent_id is None:
            return
        self.write()
        waiting = waiting_for(part, at, siblings=siblings)
        self.load(waiting)
        for job in (self.jobs[each.pk] for each in waiting):
            make_due(job, at)
            self.changed_jobs[job.pk] = job
            self.schedule(job)

    def fill_room(self, at: datetime) -> None:
        """A job made room: the next queued one begins at this lab time."""
        if self.queue_waits:
            self.write()
            for other in (begun := begin_queued(self.lab, at)):
                self.news.job(other)
                if not other.is_active:
                    self.ask_waiting(other, at, siblings=False)
            self.load([other for other in begun if other.is_active])

    def write(self) -> None:
        """Writes what changed since the last write."""
        for job in self.changed_jobs.values():
            self.news.job(job)
        write_rows(Step, self.changed_steps.values(), STEP_FIELDS)
        self.flows.write()
        write_rows(Job, self.changed_jobs.values(), [*JOB_FIELDS, "note_kept"])
        LogLine.objects.bulk_create(self.lines)
        if self.driven.steps:
            bump_revision(self.lab)
            touched = {(s.content_type_id, s.object_id) for each in self.subjects.values() for s in each}
            self.news.touch(name_in_events(kind, pk) for kind, pk in touched)
        self.changed_steps, self.changed_jobs, self.lines = {}, {}, []
