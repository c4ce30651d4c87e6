"""Hosts that a file does not describe: how many and how large they are assumed to be, so that their VMs fit.

All figures here are assumptions, said to the user as such: four vCPU per core and memory filled to 80 % are common
planning ratios; the host assumed where nothing at all is known is a two-socket server of 2019 (56 cores) with 512 GiB.
"""

import itertools
import math
from collections.abc import Container, Sequence

from hosts.inventory.rows import HostRow, VmRow
from virtlab.engine.units import MIB_PER_GIB

VCPU_PER_CORE = 4.0
MEMORY_FILL = 0.8
CORES = (8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 192, 256, 320)
MEMORY_GIB = (32, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096, 6144, 8192, 12288, 16384, 24576)
USUAL_CORES = 56
USUAL_MEMORY_GIB = 512
USUAL_VENDOR, USUAL_MODEL = "Dell", "PowerEdge R740"


def least(sizes: Sequence[int], needed: float) -> int:
    """The least of the usual sizes that holds `needed`; `needed` itself, rounded up, where none does."""
    return next((size for size in sizes if size >= needed), math.ceil(needed))


def memory_gib_for(vms: Sequence[VmRow]) -> int:
    """Memory of one host that holds these VMs."""
    needed_gib = sum(vm.memory_mib for vm in vms if vm.runs) / MIB_PER_GIB / MEMORY_FILL
    return least(MEMORY_GIB, max(64.0, needed_gib))


def cores_for(vms: Sequence[VmRow]) -> int:
    """Cores of one host that holds these VMs: four vCPU each, and at least half the threads of the largest."""
    vcpu = sum(vm.vcpu for vm in vms if vm.runs)
    return least(CORES, max(16.0, vcpu / VCPU_PER_CORE, max((vm.vcpu / 2 for vm in vms if vm.runs), default=0.0)))


def sockets_for(cores: int) -> int:
    """Sockets of a server of so many cores, where nobody says."""
    return 2 if cores > 16 else 1


def assumed_hosts(cluster: str, site: str, vms: Sequence[VmRow], taken: Container[str]) -> list[HostRow]:
    """Hosts for a cluster of which nothing is known: as many usual ones as its VMs need, and one to spare.

    Their names avoid those `taken` (in lower case).
    """
    running = [vm for vm in vms if vm.runs]
    memory_gib = least(MEMORY_GIB, max((vm.memory_mib / MIB_PER_GIB / MEMORY_FILL for vm in running), default=0.0))
    memory_gib = max(USUAL_MEMORY_GIB, memory_gib)
    cores = max(USUAL_CORES, least(CORES, max((vm.vcpu / 2 for vm in running), default=0.0)))
    by_memory = sum(vm.memory_mib for vm in running) / MIB_PER_GIB / (memory_gib * MEMORY_FILL)
    by_vcpu = sum(vm.vcpu for vm in running) / (cores * VCPU_PER_CORE)
    count = max(1, math.ceil(max(by_memory, by_vcpu))) + 1
    candidates = (f"{cluster[:240]}-host-{number:02d}" for number in itertools.count(1))
    free = (name for name in candidates if name.casefold() not in taken)
    return [assumed_host(name, cluster, site, cores, memory_gib) for name in itertools.islice(free, count)]


def assumed_host(name: str, cluster: str, site: str, cores: int, memory_gib: int) -> HostRow:
    """One host that is made up."""
    return HostRow(
        name=name,
        cluster=cluster,
        site=site,
        sockets=sockets_for(cores),
        cores=cores,
        memory_mib=memory_gib * MIB_PER_GIB,
        vendor=USUAL_VENDOR,
        model=USUAL_MODEL,
        assumed=True,
        name_assumed=True,
    )
