"""The steps of a lab that move bytes at the same time: they share datastores, links and volumes by max-min fairness.

Between two events each moves at a constant rate. When one begins or ends, what the others have moved by then is written
down, all rates are found anew, and the ends of their steps move.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from virtlab.engine.arrays import F64, Ints
from virtlab.engine.migration.link_sharing import shared_rates
from virtlab.engine.units import MIB_PER_GIB
from virtlab.jobs.lifecycle.bulk_write import write_rows
from virtlab.jobs.lifecycle.lifecycle import FLOW_FIELDS
from virtlab.jobs.models import Job, Step
from virtlab.jobs.operations.resources import Resource, resources_named
from virtlab.jobs.progress import moved_gib, progress
from virtlab.jobs.requests.at_work import capacity_of
from virtlab.jobs.selectors import moving_steps
from virtlab.labs.models import Lab


@dataclass
class Flows:
    """All flows of one lab within one transaction; they are read when the first of them begins or ends."""

    lab: Lab
    running: dict[int, tuple[Job, Step]] = field(default_factory=dict)
    read: bool = False
    # Where flows began or ended at this lab time and the rates are not found anew yet.
    changed_at: datetime | None = None
    # Whether rates were found anew, so that ends are not those foreseen any more.
    shared: bool = False
    changed_steps: dict[int, Step] = field(default_factory=dict)

    def begin(self, job: Job, step: Step, at: datetime, known: dict[int, tuple[Job, Step]]) -> None:
        """A step begins to move its bytes; `known` are rows that the caller has in its hands already."""
        self._read(known)
        self.running[job.pk] = (job, step)
        step.rated_lab_at, step.rate_mib_per_s, step.moved_gib = at, 0.0, 0.0
        job.due_lab_at = None
        self.changed_at = at

    def end(self, job: Job, step: Step, at: datetime, known: dict[int, tuple[Job, Step]], *, done: bool) -> None:
        """It has moved all (`done`), or stops where it is."""
        self._read(known)
        self.running.pop(job.pk, None)
        step.moved_gib = step.flow["gib"] if done else moved_gib(step, at)
        step.rated_lab_at, step.rate_mib_per_s = at, 0.0
        self.changed_steps[step.pk] = step
        self.changed_at = at

    def recheck(self, at: datetime, known: dict[int, tuple[Job, Step]]) -> None:
        """What resources carry has changed."""
        self._read(known)
        if self.running:
            self.changed_at = at

    def _read(self, known: dict[int, tuple[Job, Step]]) -> None:
        if self.read:
            return
        self.read = True
        for step in moving_steps(self.lab).defer("physics", "phases", "way_back", "lost"):
            self.running[step.job_id] = known.get(step.job_id, (step.job, step))

    def share(self) -> list[Job]:
        """Finds all rates anew as of `changed_at`; returns the jobs whose ends moved."""
        assert self.changed_at is not None
        at, self.changed_at, self.shared = self.changed_at, None, True
        rows = list(self.running.values())
        rates, limits = rates_of([step for _job, step in rows])
        moved: list[Job] = []
        for (job, step), rate, limit in zip(rows, rates.tolist(), limits, strict=True):
            if rate == step.rate_mib_per_s and job.due_lab_at is not None:
                continue
            _retime(job, step, at, rate)
            step.limited_by = limit
            self.changed_steps[step.pk] = step
            moved.append(job)
        return moved

    def write(self) -> None:
        """Writes what changed of the steps since the last write."""
        write_rows(Step, self.changed_steps.values(), FLOW_FIELDS)
        self.changed_steps = {}


def _retime(job: Job, step: Step, at: datetime, rate_mib_per_s: float) -> None:
    """What was moved by now is kept; the rest goes at the new rate."""
    job.share_done, job.share_lab_at = progress(job, at), at
    step.moved_gib, step.rated_lab_at, step.rate_mib_per_s = moved_gib(step, at), at, rate_mib_per_s
    later_s = max(job.duration_s * (1.0 - job.share_due), 0.0)
    left_gib = max(step.flow["gib"] - step.moved_gib, 0.0)
    if rate_mib_per_s <= 0:
        # What it goes through is gone: it is due now, and fails.
        job.due_lab_at = job.ends_lab_at = at
        return
    job.due_lab_at = at + timedelta(seconds=left_gib * MIB_PER_GIB / rate_mib_per_s)
    job.ends_lab_at = job.due_lab_at + timedelta(seconds=later_s)


def rates_of(steps: Iterable[Step]) -> tuple[F64, list[str]]:
    """The rate of each step that moves bytes (MiB/s), and the name of the resource that limits it."""
    flows = [step.flow for step in steps]
    keys = list(dict.fromkeys(key for flow in flows for key in flow["through"]))
    return _shared(flows, keys, resources_named(keys))


def _shared(flows: list[dict[str, Any]], keys: list[str], known: dict[str, Resource]) -> tuple[F64, list[str]]:
    number = {key: n for n, key in enumerate(keys)}
    routes = _routes([[number[key] for key in flow["through"]] for flow in flows])
    rates, limits = shared_rates(routes, capacity_of(keys, known))
    return rates, [keys[limit] for limit in limits.tolist()]


def _routes(crossed: list[list[int]]) -> Ints:
    width = max(map(len, crossed), default=1)
    return np.array([row + [-1] * (width - len(row)) for row in crossed], dtype=np.intp).reshape(-1, width)
