"""Driving a lab: whatever is due happens, in the order of lab time, in one transaction.

A step's effect and its change of state are committed together. So a worker killed anywhere loses nothing, and a message
that comes twice, late, or never does no harm: it finds nothing due, or the sweeper sends another.
"""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce, Least
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from virtlab.jobs.choices import JobState, StepState
from virtlab.jobs.lifecycle import agenda
from virtlab.jobs.lifecycle.admission import begin_queued
from virtlab.jobs.lifecycle.bulk_write import write_rows
from virtlab.jobs.lifecycle.lifecycle import begin_step, end, happen
from virtlab.jobs.lifecycle.way_back import broken_by, mark_undone, turn_back
from virtlab.jobs.models import Job, Step
from virtlab.jobs.operations.effects import EFFECTS, NotYet, Run
from virtlab.jobs.operations.failing import steps_with_needs
from virtlab.jobs.operations.needs import lost_in_time, met_until, unmet
from virtlab.jobs.progress import progress
from virtlab.jobs.requests.start import start_from_job
from virtlab.jobs.runner.in_hand import Driven, InHand
from virtlab.jobs.text import Text, say
from virtlab.labs.clock import locked_lab, passed_s

# A batch stays short, so that SQLite's one writer and the lab's lock are soon free for others.
BATCH_JOBS = 80
BATCH_S = 0.4
NEXT_LAB_AT = Least(Coalesce("due_lab_at", "needs_until_lab_at"), Coalesce("needs_until_lab_at", "due_lab_at"))
"""`Job.next_lab_at`: one database's LEAST of something and nothing is nothing, the other's is not."""


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
        batch.close()
    return batch.driven


@dataclass
class Batch(InHand):
    """One transaction's work in a lab."""

    def run(self) -> None:
        """Loads what is due and lets it happen, earliest first, until nothing is left or the time is up."""
        running = Job.objects.running().filter(lab=self.lab)
        due = running.filter(Q(due_lab_at__lte=self.lab_now) | Q(needs_until_lab_at__lte=self.lab_now))
        jobs = list(due.order_by(NEXT_LAB_AT, "pk")[:BATCH_JOBS])
        if len(jobs) == BATCH_JOBS and (last := jobs[-1].next_lab_at):
            self.horizon = last
        self.load(jobs)
        stop_at = time.monotonic() + BATCH_S
        while job := self.next_due():
            self.advance(job)
            if time.monotonic() >= stop_at:  # at least one step a batch, however slow the machine is
                break

    def advance(self, job: Job) -> None:
        """Lets a job's step in progress end, or begin to move its bytes, or lose what it needs."""
        step, at = self.steps[job.pk][0], job.next_lab_at
        assert at is not None
        self.driven.events += 1
        if job.needs_until_lab_at == at:
            self.stop_needing(lost_in_time(), at)
            return
        if step.flow and step.rated_lab_at is None:
            self.flows.begin(job, step, at, self.in_hand())
            return
        if step.flow and not step.rate_mib_per_s:
            self.stop(job, say(_("What its bytes go through is gone.")), at)
            return
        subjects, done = self.subjects[job.pk], self.done[job.pk]
        run = Run(self.lab, job, step, at, starter=start_from_job, subjects=subjects, steps=done)
        effect = EFFECTS.get(step.effect)
        if effect and (effect.reads_jobs or effect.breaks):
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
        if following.needs and (why := unmet(self.lab, [following], at).get(following.pk)):
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
        needing = steps_with_needs(self.lab.pk)
        steps = {step.pk: step for step in needing if any(kept["need"] in needs for kept in step.needs)}
        lost = unmet(self.lab, steps.values(), at, needs)
        self.watch([step for pk, step in steps.items() if pk not in lost], needs, at)
        for pk, why in lost.items():
            job = self.known(steps[pk].job)
            self.load([job])
            # One that was stopped before it may have taken it along.
            if job.state == JobState.RUNNING and [step.pk for step in self.steps[job.pk][:1]] == [pk]:
                self.stop(job, why, at)

    def watch(self, steps: Sequence[Step], needs: Collection[str], at: datetime) -> None:
        """Finds out when steps in progress will lose one of these needs by time alone. All else is written."""
        timed = set(lost_in_time()).intersection(needs)
        asked = [step for step in steps if any(kept["need"] in timed for kept in step.needs)]
        until = met_until(self.lab, asked, at, timed)
        changed: list[Job] = []
        for step in asked:
            job, moment = self.known(step.job), until.get(step.pk)
            if job.needs_until_lab_at != moment:
                job.needs_until_lab_at = moment
                changed.append(job)
        write_rows(Job, changed, ["needs_until_lab_at"])
        for job in changed:
            self.news.job(job)
            self.due_by_now(job)

    def wait(self, job: Job, waiting: NotYet, at: datetime) -> None:
        """The step has to wait: it is asked again later in lab time."""
        later = waiting.after(at)
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

    def fill_room(self, at: datetime) -> None:
        """A job made room: the next queued one begins at this lab time."""
        if self.queue_waits:
            self.write()
            for other in (begun := begin_queued(self.lab, at)):
                self.news.job(other)
                if not other.is_active:
                    self.ask_waiting(other, at, siblings=False)
            self.load([other for other in begun if other.is_active])
