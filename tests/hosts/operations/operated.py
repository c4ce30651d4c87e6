"""A small estate to operate: a cluster of two hosts, a datastore, guests with workloads."""

from dataclasses import dataclass

from django.utils import timezone

from hosts.choices import Hypervisor, PowerState
from hosts.live.live import live
from hosts.models import Cluster, Datastore, Host, Snapshot, VirtualMachine
from tests.support.sandbox import GIB, Sandbox, make_hosts
from virtlab.labs.choices import TraceKind
from virtlab.labs.models import Lab, Workload
from virtlab.labs.traces import Origin, make_trace


@dataclass
class Operated(Sandbox):
    """A lab whose clock stands, so that only `let_pass` moves it."""

    cluster: Cluster
    hosts: list[Host]
    datastore: Datastore
    vms: list[VirtualMachine]

    def vm(self, name: str) -> VirtualMachine:
        """A guest as the database has it."""
        return VirtualMachine.objects.get(lab=self.lab, name=name)

    def cost_and_power(self) -> tuple[float, float]:
        """USD per month and watts of the cluster as its page shows them."""
        row = live(self.lab).clusters[self.cluster.pk]
        return float(row.cost_usd_per_month), row.power_w

    def snapshot(self, name: str) -> Snapshot:
        """A snapshot as the database has it."""
        return Snapshot.objects.get(vm__lab=self.lab, name=name)


def make_operated(
    hypervisor: str = Hypervisor.KVM, guests: int = 3, system: str = "linux", capacity_gib: float = 1000.0
) -> Operated:
    """Two hosts of 32 cores and 64 GiB; guests of 2 vCPU and 8 GiB with 20 of 40 GiB in use on the first."""
    now = timezone.now()
    lab = Lab.objects.create(name="Operated", clock_speed=0.0, clock_real_at=now, clock_lab_at=now)
    cluster = Cluster.objects.create(lab=lab, name="c1", hypervisor=hypervisor)
    hosts = make_hosts(cluster, ["h-01", "h-02"], 64 * GIB)
    datastore = Datastore.objects.create(lab=lab, cluster=cluster, name="ds-01", capacity_gib=capacity_gib)
    vms = [
        VirtualMachine.objects.create(
            lab=lab,
            cluster=cluster,
            host=hosts[0],
            name=name,
            vcpu=2,
            memory_mib=8 * GIB,
            disk_gib=40.0,
            disk_used_gib=20.0,
            datastore=datastore,
            power_state=PowerState.RUNNING,
            workload=Workload.objects.create(lab=lab, name=name, operating_system=system),
        )
        for name in (f"db-{n:02}" for n in range(1, guests + 1))
    ]
    return Operated(lab, cluster, hosts, datastore, vms)


def give_demand(vm: VirtualMachine, memory_gib: float) -> None:
    """A steady demand of memory."""
    assert vm.workload
    origin = Origin(kind=TraceKind.SYNTHETIC, source="test", start_at=timezone.now())
    make_trace(vm.workload, [0.1] * 4, [memory_gib] * 4, origin).save()
