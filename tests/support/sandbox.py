"""A lab to run operations on, whichever side they are of, and the ways to let its time pass."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import models

from hosts.models import Cluster, Host, ServerModel
from virtlab.jobs.actor import Actor
from virtlab.jobs.choices import JobState, Source
from virtlab.jobs.models import Job
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Plan, Preview
from virtlab.jobs.operations.refusals import Refused
from virtlab.jobs.operations.registry import operation_named
from virtlab.jobs.requests.prepare import Request, prepare
from virtlab.jobs.requests.start import start
from virtlab.jobs.runner.drive import drive
from virtlab.jobs.runner.in_hand import Driven
from virtlab.labs import clock
from virtlab.labs.models import Lab

TESTER = Actor(Source.COMMAND)
GIB = 1024
DAY_S = 86_400.0


@dataclass
class Sandbox:
    """A lab, and what its tester asks for."""

    lab: Lab

    def start(self, name: str, subject: models.Model | None = None, /, **params: Any) -> Job:
        """Starts an operation by name."""
        return start(self.lab, Request(operation_named(name), subject, params, TESTER))

    def do(self, name: str, subject: models.Model | None = None, /, **params: Any) -> Job:
        """Starts it and lets it come to its end, whichever that is."""
        job = self.start(name, subject, **params)
        self.let_pass()
        job.refresh_from_db()
        return job

    def run(self, name: str, subject: models.Model | None = None, /, **params: Any) -> Job:
        """Starts it and lets it come to its end, which must be good."""
        job = self.do(name, subject, **params)
        assert job.state == JobState.SUCCEEDED, str(job.error)
        return job

    def run_now(self, name: str, subject: models.Model | None = None, /, **params: Any) -> Job:
        """Starts one that takes no time and lets it happen; the clock stands still meanwhile."""
        job = self.begin(name, subject, **params)
        assert job.state == JobState.SUCCEEDED, str(job.error)
        return job

    def begin(self, name: str, subject: models.Model | None = None, /, **params: Any) -> Job:
        """Starts one and lets happen of it what takes no time."""
        job = self.start(name, subject, **params)
        drive(self.lab.pk)
        self.lab.refresh_from_db()
        job.refresh_from_db()
        return job

    def refused(self, name: str, subject: models.Model | None = None, /, **params: Any) -> Refused:
        """The refusal of an operation."""
        with pytest.raises(Refused) as refusal:
            self.start(name, subject, **params)
        return refusal.value

    def prepared(self, name: str, subject: models.Model | None = None, /, **params: Any) -> Operation:
        """The operation as it would run; raises as a start would."""
        return prepare(self.lab, Request(operation_named(name), subject, params, TESTER))

    def preview(self, name: str, subject: models.Model | None = None, /, **params: Any) -> tuple[Preview, Plan]:
        """Before and after, and the plan."""
        prepared = self.prepared(name, subject, **params)
        return prepared.preview(), prepared.plan()

    def let_pass(self, seconds: float = DAY_S) -> Driven:
        """Moves the lab's clock on and lets happen what is due, in as many batches as a slow machine needs."""
        lab = Lab.objects.get(pk=self.lab.pk)
        clock.move_forward(lab.pk, lab.lab_time() + timedelta(seconds=seconds))
        total = Driven()
        while (driven := drive(lab.pk)).events:
            total.steps += driven.steps
            total.jobs_ended += driven.jobs_ended
        self.lab.refresh_from_db()
        return total


def make_hosts(cluster: Cluster, names: Sequence[str], memory_mib: int) -> list[Host]:
    """Hosts of 32 cores in a cluster."""
    about = {
        "vendor": "Test",
        "cpu": "Test",
        "cores": 32,
        "memory_gib": 64,
        "watts": [100, 300],
        "published": "2024-01",
    }
    model, _made = ServerModel.objects.get_or_create(name="Test server", defaults=about)
    size = {"model": model, "cores": 32, "memory_mib": memory_mib}
    return [Host.objects.create(lab=cluster.lab, cluster=cluster, name=name, **size) for name in names]
