"""What one transaction has in its hands of a lab's jobs: those that are due, and what changed of them."""

import heapq
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from virtlab.jobs.choices import JobState
from virtlab.jobs.events.events import News
from virtlab.jobs.lifecycle import agenda
from virtlab.jobs.lifecycle.bulk_write import write_rows
from virtlab.jobs.lifecycle.lifecycle import JOB_FIELDS, STEP_FIELDS, bump_revision
from virtlab.jobs.models import Job, JobSubject, LogLine, Step
from virtlab.jobs.operations.effects import EFFECTS
from virtlab.jobs.progress import progress
from virtlab.jobs.requests.foreseen import foresee
from virtlab.jobs.runner.flows import Flows
from virtlab.jobs.selectors import name_in_events
from virtlab.labs.models import Lab


@dataclass
class Driven:
    """What one drive did."""

    steps: int = 0
    jobs_ended: int = 0
    # Steps that ended, waited, or began to move their bytes.
    events: int = 0


@dataclass
class InHand:
    """Jobs with their steps and subjects, the order in which they are due, and what is to be written."""

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
        self.queue_waits = Job.objects.queued().filter(lab=self.lab).exists()

    def next_due(self) -> Job | None:
        """The job whose step is due first, once all flows that began or ended before that moment share anew."""
        while self.due or self.flows.changed_at:
            changed_at = self.flows.changed_at
            if changed_at and (not self.due or self.due[0][0] > changed_at):
                self.share_flows()
                continue
            at, _last, pk = heapq.heappop(self.due)
            job = self.jobs[pk]
            if job.state == JobState.RUNNING and job.next_lab_at == at:
                return job
        return None

    def share_flows(self) -> None:
        """Shares the resources anew where flows began or ended."""
        if self.flows.changed_at is None:
            return
        for job in self.flows.share():
            self.changed_jobs[job.pk] = job
            self.due_by_now(job)

    def known(self, job: Job) -> Job:
        """The one row of a job that this transaction has in its hands, this one where it has none."""
        return self.jobs[job.pk] if job.pk in self.jobs else self.flows.running.get(job.pk, (job, None))[0]

    def due_by_now(self, job: Job) -> None:
        """Puts a job in line that is due at another moment now, and takes it into the batch within its horizon."""
        if job.pk in self.jobs:
            self.schedule(job)
        elif (at := job.next_lab_at) and at <= self.horizon:
            self.load([job])

    def load(self, jobs: list[Job]) -> None:
        """Takes jobs into the batch, with their steps to come and their subjects (two queries)."""
        jobs = [job for job in jobs if job.pk not in self.jobs]
        if not jobs:
            return
        for job in jobs:
            self.jobs[job.pk], self.steps[job.pk], self.done[job.pk], self.subjects[job.pk] = job, [], [], []
        todo = Step.objects.to_do().filter(job__in=jobs)
        for step in todo.order_by("job", "position").defer("physics", "phases", "way_back", "lost"):
            _job, moving = self.flows.running.get(step.job_id, (None, step))
            self.steps[step.job_id].append(moving if moving.pk == step.pk else step)
            step.job = self.jobs[step.job_id]
        for subject in JobSubject.objects.filter(job__in=jobs).order_by("pk"):
            self.subjects[subject.job_id].append(subject)
        for job in jobs:
            self.schedule(job)

    def schedule(self, job: Job) -> None:
        """Puts a running job in line where its next event is due within the batch's horizon.

        Of those due at the same moment the ones come last that ask how other jobs stand: those have ended by then.
        """
        at = job.next_lab_at
        if job.state == JobState.RUNNING and at and at <= self.horizon:
            effect = EFFECTS.get(self.steps[job.pk][0].effect)
            last = effect is not None and effect.reads_jobs
            heapq.heappush(self.due, (at, last, job.pk))

    def in_hand(self) -> dict[int, tuple[Job, Step]]:
        """The jobs of the batch with their steps in progress."""
        return {pk: (self.jobs[pk], steps[0]) for pk, steps in self.steps.items() if steps}

    def ask_waiting(self, part: Job, at: datetime, *, siblings: bool) -> None:
        """Makes those due now that wait for a part of the same whole: the whole, and its other parts (`siblings`).

        They knew when that was planned, and the plan moves with what shares its resources: earlier, too.
        """
        if part.parent_id is None:
            return
        self.write()
        family = Q(job=part.parent_id) | Q(job__parent=part.parent_id) if siblings else Q(job=part.parent_id)
        asking = [name for name, effect in EFFECTS.items() if effect.reads_jobs]
        steps = Step.objects.in_progress().filter(family, effect__in=asking)
        jobs = [step.job for step in steps.filter(job__due_lab_at__gt=at).select_related("job").order_by("job")]
        self.load(jobs)
        for job in (self.jobs[each.pk] for each in jobs):
            if job.due_lab_at is None or job.due_lab_at <= at:
                continue
            job.share_done, job.share_lab_at = progress(job, at), at
            job.ends_lab_at = max((job.ends_lab_at or at) - (job.due_lab_at - at), at)
            job.due_lab_at = at
            self.changed_jobs[job.pk] = job
            self.schedule(job)

    def close(self) -> None:
        """What is shared is shared anew, all is written, the ends move of what moves bytes, and who looks is told."""
        self.share_flows()
        self.write()
        if self.flows.shared:
            for job in foresee(self.lab, self.lab_now):
                self.news.job(job)
        agenda.refresh(self.lab)
        self.news.publish_on_commit()

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
