"""A small estate to run jobs on, and the ways to let its time pass."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from hosts.choices import Hypervisor
from hosts.models import Cluster, Host, ServerModel, VirtualMachine
from hosts.operations.guest.move import MoveVm
from hosts.operations.guest.resize import ResizeVm
from virtlab.jobs.actor import Actor
from virtlab.jobs.choices import Source
from virtlab.jobs.models import Job
from virtlab.jobs.requests.prepare import Request
from virtlab.jobs.requests.start import start
from virtlab.jobs.runner.drive import Driven, drive
from virtlab.labs import clock
from virtlab.labs.models import Lab

TESTER = Actor(Source.COMMAND)
GIB = 1024
# What the hypervisor keeps of it leaves 64 GiB to guests.
HOST_MIB = 73_988


@dataclass
class Estate:
    """A lab with two hosts with 64 GiB for guests and four guests of 8 GiB on the first."""

    lab: Lab
    hosts: list[Host]
    vms: list[VirtualMachine]

    def resize(self, number: int = 0, memory_mib: int = 16 * GIB, **more: Any) -> Job:
        """Starts a resize of one guest."""
        params = {"vcpu": 4, "memory_mib": memory_mib}
        return start(self.lab, Request(ResizeVm, self.vms[number], params, TESTER, **more))

    def move(self, number: int = 0, to: int = 1, **more: Any) -> Job:
        """Starts a move of one guest."""
        return start(self.lab, Request(MoveVm, self.vms[number], {"host": self.hosts[to].pk}, TESTER, **more))

    def let_pass(self, seconds: float = 3600.0) -> Driven:
        """Moves the lab's clock on and lets happen what is due, in as many batches as a slow machine needs."""
        lab = Lab.objects.get(pk=self.lab.pk)
        clock.move_forward(lab.pk, lab.lab_time() + timedelta(seconds=seconds))
        total = Driven()
        while (driven := drive(lab.pk)).steps:
            total.steps += driven.steps
            total.jobs_ended += driven.jobs_ended
        return total


def make_estate(name: str = "Lab", guests: int = 4, speed: float = 60.0) -> Estate:
    """A fresh estate in a lab of its own."""
    lab = Lab.objects.create(name=name, clock_speed=speed, clock_real_at=timezone.now())
    model, _made = ServerModel.objects.get_or_create(
        name="Test server",
        defaults={
            "vendor": "Test",
            "cpu": "Test",
            "cores": 32,
            "memory_gib": 64,
            "watts": [100, 300],
            "published": "2024-01",
        },
    )
    cluster = Cluster.objects.create(lab=lab, name="kvm", hypervisor=Hypervisor.WORKSTATION)  # changes nothing live
    hosts = [
        Host.objects.create(lab=lab, cluster=cluster, name=f"kvm-0{n}", model=model, cores=32, memory_mib=HOST_MIB)
        for n in (1, 2)
    ]
    vms = [
        VirtualMachine.objects.create(
            lab=lab, cluster=cluster, host=hosts[0], name=f"db-{n:02}", vcpu=2, memory_mib=8 * GIB
        )
        for n in range(1, guests + 1)
    ]
    return Estate(lab, hosts, vms)
