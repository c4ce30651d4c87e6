"""A small estate to operate: a cluster of two hosts, a datastore, guests with workloads; and the ways to operate it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import models
from django.utils import timezone

from hosts.choices import Hypervisor, PowerState
from hosts.models import Cluster, Datastore, Host, ServerModel, Snapshot, VirtualMachine
from virtlab.jobs.actor import Actor
from virtlab.jobs.choices import JobState, Source
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Refused
from virtlab.jobs.operations.registry import operation_named
from virtlab.jobs.requests.prepare import Request, prepare
from virtlab.jobs.requests.start import start
from virtlab.jobs.runner.drive import drive
from virtlab.labs import clock
from virtlab.labs.models import Lab, Workload

TESTER = Actor(Source.COMMAND)
GIB = 1024


@dataclass
class Operated:
    """A lab whose clock stands, so that only `let_pass` moves it."""

    lab: Lab
    cluster: Cluster
    hosts: list[Host]
    datastore: Datastore
    vms: list[VirtualMachine]

    def start(self, name: str, subject: models.Model | None = None, /, **params: Any) -> Job:
        """Starts an operation by name."""
        return start(self.lab, Request(operation_named(name), subject, params, TESTER))

    def run(self, name: str, subject: models.Model | None = None, /, **params: Any) -> Job:
        """Starts it and lets it come to its end, which must be good."""
        job = self.start(name, subject, **params)
        self.let_pass()
        job = Job.objects.get(pk=job.pk)
        assert job.state == JobState.SUCCEEDED, str(job.error)
        return job

    def refused(self, name: str, subject: models.Model | None = None, /, **params: Any) -> Refused:
        """The refusal of an operation."""
        with pytest.raises(Refused) as refused:
            self.start(name, subject, **params)
        return refused.value

    def prepared(self, name: str, subject: models.Model | None = None, /, **params: Any) -> Any:
        """The operation as it would run."""
        return prepare(self.lab, Request(operation_named(name), subject, params, TESTER))

    def let_pass(self, seconds: float = 86_400.0) -> None:
        """Moves the lab's clock on and lets happen what is due."""
        lab = Lab.objects.get(pk=self.lab.pk)
        clock.move_forward(lab.pk, lab.lab_time() + timedelta(seconds=seconds))
        while drive(lab.pk).steps:
            pass
        self.lab.refresh_from_db()

    def vm(self, name: str) -> VirtualMachine:
        """A guest as the database has it."""
        return VirtualMachine.objects.get(lab=self.lab, name=name)

    def snapshot(self, name: str) -> Snapshot:
        """A snapshot as the database has it."""
        return Snapshot.objects.get(vm__lab=self.lab, name=name)


def make_operated(
    hypervisor: str = Hypervisor.KVM, guests: int = 3, system: str = "linux", capacity_gib: float = 1000.0
) -> Operated:
    """Two hosts of 32 cores and 64 GiB; guests of 2 vCPU and 8 GiB with 20 of 40 GiB in use on the first."""
    now = timezone.now()
    lab = Lab.objects.create(name="Operated", clock_speed=0.0, clock_real_at=now, clock_lab_at=now)
    figures = {"cores": 32, "memory_gib": 64, "watts": [100, 300], "published": "2024-01"}
    model, _created = ServerModel.objects.get_or_create(
        name="Test server", defaults={"vendor": "Test", "cpu": "Test", **figures}
    )
    cluster = Cluster.objects.create(lab=lab, name="c1", hypervisor=hypervisor)
    hosts = [
        Host.objects.create(lab=lab, cluster=cluster, name=f"h-0{n}", model=model, cores=32, memory_mib=64 * GIB)
        for n in (1, 2)
    ]
    datastore = Datastore.objects.create(lab=lab, cluster=cluster, name="ds-01", capacity_gib=capacity_gib)
    names = [f"db-{n:02}" for n in range(1, guests + 1)]
    size = {"vcpu": 2, "memory_mib": 8 * GIB, "disk_gib": 40.0, "disk_used_gib": 20.0}
    vms = [
        VirtualMachine.objects.create(
            lab=lab,
            cluster=cluster,
            host=hosts[0],
            datastore=datastore,
            name=name,
            power_state=PowerState.RUNNING,
            workload=Workload.objects.create(lab=lab, name=name, operating_system=system),
            **size,
        )
        for name in names
    ]
    return Operated(lab, cluster, hosts, datastore, vms)
