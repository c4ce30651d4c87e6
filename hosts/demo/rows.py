"""The demo estate as rows: an invented office of 61 workloads and four templates on four real server models.

Utilisation is calibrated to what was measured elsewhere: 12.8 % of provisioned CPU in use and 5.9 % of memory active
(Bitbrains GWA-T-12 "rnd", 500 VMs; Shen, van Beek, Iosup, CCGrid 2015). The file says how demand is shared out.
"""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from hosts.choices import Hypervisor, PowerState
from hosts.demo.applications import named
from hosts.inventory.rows import ClusterRow, DatastoreRow, HostRow, Inventory, VmRow

FILE = Path(__file__).with_name("estate.csv")
CPU_MEAN = 0.128
MEMORY_MEAN = 0.059
GIB = 1024

CLUSTERS = (
    ClusterRow(name="Rack A", site="Office", hypervisor=Hypervisor.KVM),
    ClusterRow(name="Rack B", site="Office", hypervisor=Hypervisor.ESXI),
)
DATASTORES = (
    DatastoreRow(name="san-a", cluster="Rack A", capacity_gib=8 * 1024),
    DatastoreRow(name="san-b", cluster="Rack B", capacity_gib=12 * 1024),
)
STORE_OF = {row.cluster: row.name for row in DATASTORES}
HOSTS = (
    *(
        HostRow(
            name=name,
            cluster="Rack A",
            site="Office",
            vendor="Dell Inc.",
            model="PowerEdge R740",
            cpu_model="Intel(R) Xeon(R) Platinum 8280 CPU @ 2.70GHz",
            sockets=2,
            cores=56,
            memory_mib=192 * GIB,
        )
        for name in ("kvm-01", "kvm-02")
    ),
    *(
        HostRow(
            name=name,
            cluster="Rack B",
            site="Office",
            vendor="Dell Inc.",
            model="PowerEdge R730",
            cpu_model="Intel(R) Xeon(R) CPU E5-2699 v4 @ 2.20GHz",
            sockets=2,
            cores=44,
            memory_mib=128 * GIB,
        )
        for name in ("esx-03", "esx-04")
    ),
)


class Demand(NamedTuple):
    """A VM's demand: shares (0 … 1) of its vCPU and memory, and the shape of its day."""

    vcpu: int
    memory_gib: float
    cpu_mean: float
    cpu_peak: float
    memory_mean: float
    shape: str


@cache
def _lines() -> tuple[dict[str, str], ...]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def inventory() -> Inventory:
    """The estate in the form that every importer produces."""
    return Inventory(
        format="demo",
        clusters=list(CLUSTERS),
        hosts=list(HOSTS),
        vms=[_vm(line) for line in _lines()],
        datastores=list(DATASTORES),
    )


def _vm(line: dict[str, str]) -> VmRow:
    state, requests = line["state"], float(line["requests_per_month"] or 0)
    cluster = next(host.cluster for host in HOSTS if host.name == line["host"])
    return VmRow(
        name=line["name"],
        vcpu=int(line["vcpu"]),
        memory_mib=int(line["memory_gib"]) * GIB,
        disk_gib=float(line["disk_gib"]),
        disk_used_gib=float(line["used_gib"]),
        power_state=PowerState.RUNNING if state == "running" else PowerState.STOPPED,
        is_template=state == "template",
        cluster=cluster,
        host=line["host"],
        datastore=STORE_OF[cluster],
        operating_system=line["os"],
        application=named(line["application"]),
        event_driven=requests > 0,
        requests_per_month=requests,
        request_duration_ms=float(line["request_ms"] or 0),
        data_out_gib_per_month=float(line["data_out_gib"]) if line["data_out_gib"] else None,
    )


@cache
def demands() -> dict[str, Demand]:
    """Every running VM's demand by name, scaled so that the whole estate uses CPU_MEAN and MEMORY_MEAN."""
    raw = {line["name"]: _demand(line) for line in _lines() if line["state"] == "running"}
    all_of = raw.values()
    cpu = CPU_MEAN * sum(d.vcpu for d in all_of) / sum(d.vcpu * d.cpu_mean for d in all_of)
    memory = MEMORY_MEAN * sum(d.memory_gib for d in all_of) / sum(d.memory_gib * d.memory_mean for d in all_of)
    return {name: d._replace(cpu_mean=d.cpu_mean * cpu, memory_mean=d.memory_mean * memory) for name, d in raw.items()}


def _demand(line: dict[str, str]) -> Demand:
    return Demand(
        int(line["vcpu"]),
        float(line["memory_gib"]),
        float(line["cpu_mean"]),
        float(line["cpu_peak"]),
        float(line["memory_mean"]),
        line["shape"],
    )
