"""Reads of the on-prem side: an estate's rows in a fixed number of queries, whatever its size."""

from datetime import datetime
from typing import Any, NamedTuple

from hosts.models import Host, ServerModel, VirtualMachine
from virtlab.labs.models import Lab


class HostRow(NamedTuple):
    """A host as the estate needs it."""

    pk: int
    name: str
    cluster: str
    hypervisor: str
    model_id: int
    sockets: int
    cores: int
    threads_per_core: int
    memory_mib: int
    state: str


class VmRow(NamedTuple):
    """A virtual machine with its workload and that one's trace; what is missing is None."""

    pk: int
    name: str
    host_id: int | None
    cluster: str
    vcpu: int
    memory_mib: int
    disk_gib: float
    disk_used_gib: float
    power_state: str
    is_template: bool
    workload_id: int | None
    operating_system: str | None
    architecture: str | None
    event_driven: bool | None
    requests_per_month: float | None
    request_duration_ms: float | None
    data_out_gib_per_month: float | None
    samples: int | None
    step_s: int | None
    start_at: datetime | None
    cpu_vcpu: bytes | None
    memory_gib: bytes | None
    trace_kind: str | None


class EstateRows(NamedTuple):
    """Everything on the on-prem side of a lab."""

    hosts: list[HostRow]
    vms: list[VmRow]


HOST_FIELDS = (
    "pk",
    "name",
    "cluster__name",
    "cluster__hypervisor",
    "model_id",
    "sockets",
    "cores",
    "threads_per_core",
    "memory_mib",
    "state",
)
VM_FIELDS = (
    "pk",
    "name",
    "host_id",
    "cluster__name",
    "vcpu",
    "memory_mib",
    "disk_gib",
    "disk_used_gib",
    "power_state",
    "is_template",
    "workload_id",
    "workload__operating_system",
    "workload__architecture",
    "workload__event_driven",
    "workload__requests_per_month",
    "workload__request_duration_ms",
    "workload__data_out_gib_per_month",
    "workload__trace__samples",
    "workload__trace__step_s",
    "workload__trace__start_at",
    "workload__trace__cpu_vcpu",
    "workload__trace__memory_gib",
    "workload__trace__kind",
)


def estate_rows(lab: Lab) -> EstateRows:
    """The lab's hosts and virtual machines with traces, each by name (two queries)."""
    hosts: list[Any] = list(Host.objects.filter(lab=lab).order_by("name").values_list(*HOST_FIELDS))
    vms: list[Any] = list(VirtualMachine.objects.filter(lab=lab).order_by("name").values_list(*VM_FIELDS))
    return EstateRows([HostRow(*row) for row in hosts], [VmRow(*row) for row in vms])


def server_models() -> list[ServerModel]:
    """Every known server model with its power curve (one query)."""
    return list(ServerModel.objects.order_by("pk"))
