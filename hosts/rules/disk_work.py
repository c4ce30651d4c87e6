"""Which host works on a guest's disks: a datastore copies, merges and grows nothing by itself."""

from hosts.choices import HostState, PowerState
from hosts.models import Host, VirtualMachine
from hosts.rules.host_power import own_server
from virtlab.engine.hypervisors.hypervisor import HypervisorClass
from virtlab.engine.hypervisors.table import HYPERVISORS

WORKS = frozenset({HostState.ON, HostState.MAINTENANCE})


def own_disks(hypervisor: str) -> bool:
    """Whether the disks of a cluster's guests are in the host itself: a desktop's."""
    return HYPERVISORS[hypervisor].kind == HypervisorClass.TYPE_2


def working_host(vm: VirtualMachine) -> Host | None:
    """The guest's own host if it works, also a server that is off with its OS; else the first by name of its cluster
    that is on, as the datastore is shared; None where there is none (one query at most). In maintenance a host works
    for the guests that run on it alone.
    """
    if vm.host is not None and vm.host.state in (WORKS if vm.power_state == PowerState.RUNNING else {HostState.ON}):
        return vm.host
    if (server := own_server(vm)) and server.state == HostState.OFF:
        return server
    if vm.host is not None and own_disks(vm.cluster.hypervisor):
        return None
    others = Host.objects.filter(cluster=vm.cluster_id, state=HostState.ON)
    return others.select_related("cluster").order_by("name").first()
