"""A small estate to run jobs on."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from hosts.choices import Hypervisor, PowerState
from hosts.models import Cluster, Host, VirtualMachine
from hosts.operations.guest.move import MoveVm
from hosts.operations.guest.resize import ResizeVm
from tests.support.sandbox import GIB, TESTER, Sandbox, make_hosts
from virtlab.jobs.models import Job
from virtlab.jobs.requests.prepare import Request
from virtlab.jobs.requests.start import start
from virtlab.labs.models import Lab

# What the hypervisor keeps of it leaves 64 GiB to guests.
HOST_MIB = 70_998


@dataclass
class Estate(Sandbox):
    """A lab with two hosts with 64 GiB for guests and four guests of 8 GiB on the first."""

    hosts: list[Host]
    vms: list[VirtualMachine]

    def resize(self, number: int = 0, memory_mib: int = 16 * GIB, **more: Any) -> Job:
        """Starts a resize of one guest."""
        params = {"vcpu": 4, "memory_mib": memory_mib}
        return start(self.lab, Request(ResizeVm, self.vms[number], params, TESTER, **more))

    def switch_off(self, number: int = 0) -> None:
        """The guest is off: its resize is one step, which can be interrupted at once."""
        VirtualMachine.objects.filter(pk=self.vms[number].pk).update(power_state=PowerState.STOPPED)

    def move(self, number: int = 0, to: int = 1, **more: Any) -> Job:
        """Starts a move of one guest."""
        return start(self.lab, Request(MoveVm, self.vms[number], {"host": self.hosts[to].pk}, TESTER, **more))


def make_estate(name: str = "Lab", guests: int = 4, speed: float = 60.0) -> Estate:
    """A fresh estate in a lab of its own."""
    lab = Lab.objects.create(name=name, clock_speed=speed, clock_real_at=timezone.now())
    cluster = Cluster.objects.create(lab=lab, name="kvm", hypervisor=Hypervisor.ESXI)  # adds nothing live
    hosts = make_hosts(cluster, ["kvm-01", "kvm-02"], HOST_MIB)
    vms = [
        VirtualMachine.objects.create(
            lab=lab, cluster=cluster, host=hosts[0], name=f"db-{n:02}", vcpu=2, memory_mib=8 * GIB
        )
        for n in range(1, guests + 1)
    ]
    return Estate(lab, hosts, vms)
