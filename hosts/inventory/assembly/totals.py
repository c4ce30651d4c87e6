"""An estate of which only the totals are known: VMs and hosts of plausible sizes whose sums are exactly those."""

from collections.abc import Iterator
from dataclasses import dataclass

from hosts.inventory.assembly.sizing import CORES, MEMORY_FILL, MEMORY_GIB, VCPU_PER_CORE, least, sockets_for
from hosts.inventory.problems import ProblemLog
from hosts.inventory.rows import HostRow, Inventory, VmRow
from virtlab.engine.units import MIB_PER_GIB
from virtlab.labs.choices import OperatingSystem

FORMAT = "totals"
FROM_TOTALS = "totals"
LEAST_MIB = 256
LEAST_CORES, LEAST_MEMORY_GIB = 16, 64


@dataclass(frozen=True, slots=True)
class StatedTotals:
    """Sums over all VMs: vCPU, MiB of memory, GiB of disks; how many of them run Windows Server; and the hosts, all
    alike. Cores and memory of a host are 0 where they are not known.
    """

    vms: int
    vcpu: int
    memory_mib: int
    disk_gib: float
    hosts: int
    windows: int = 0
    host_cores: int = 0
    host_memory_gib: int = 0


def inventory_of(totals: StatedTotals, cluster: str, log: ProblemLog) -> Inventory:
    """The estate, all in one cluster, the VMs on no host yet; what is assumed is noted."""
    log.add("totals-shared-out", value=totals.vms)
    note_systems(totals, log)
    log.add("disk-used-assumed")
    log.add("usage-assumed", value=totals.vms)
    return Inventory(
        format=FORMAT, vms=list(vms_of(totals, cluster)), hosts=hosts_of(totals, cluster, log), rows_read=totals.vms
    )


def note_systems(totals: StatedTotals, log: ProblemLog) -> None:
    """Notes which systems are assumed."""
    others = totals.vms - totals.windows
    if totals.windows and others:
        log.add("totals-systems", value=totals.windows, others=others)
    else:
        log.add("totals-linux" if others else "totals-windows")


def vms_of(totals: StatedTotals, cluster: str) -> Iterator[VmRow]:
    """The VMs, the largest first; those with Windows are spread evenly over all sizes."""
    vcpu, memory_mib = sizes(totals.vcpu, totals.vms), sizes(totals.memory_mib, totals.vms)
    disks_gib = shares(totals.disk_gib, totals.vms)
    digits = len(str(totals.vms))
    for number in range(totals.vms):
        before, after = (totals.windows * place // totals.vms for place in (number, number + 1))
        system = OperatingSystem.WINDOWS if after > before else OperatingSystem.LINUX
        yield VmRow(
            name=f"vm-{number + 1:0{digits}}",
            cluster=cluster,
            vcpu=vcpu[number],
            memory_mib=memory_mib[number],
            disk_gib=disks_gib[number],
            disk_used_gib=disks_gib[number],
            operating_system=system,
            os_text="Windows Server" if system == OperatingSystem.WINDOWS else "Linux",
            usage_from=FROM_TOTALS,
        )


def sizes(total: int, count: int) -> list[int]:
    """`count` whole numbers, the largest first, that sum to `total` (at least `count`): the powers of two below and
    above the mean, as VMs are commonly sized, and where these do not add up one number between them.
    """
    low = 1 << ((total // count).bit_length() - 1)
    large, rest = divmod(total - low * count, low)
    between = [low + rest] if rest else []
    return [2 * low] * large + between + [low] * (count - large - len(between))


def shares(total: float, count: int) -> list[float]:
    """Equal parts in hundredths, what is left over with the first."""
    part = int(total * 100 / count) / 100
    return [round(total - part * (count - 1), 6), *[part] * (count - 1)]


def hosts_of(totals: StatedTotals, cluster: str, log: ProblemLog) -> list[HostRow]:
    """The hosts: as large as was said, else of the usual size that holds the VMs with at most four vCPU per core and
    memory filled to at most 80 %, and the largest VM.
    """
    digits = len(str(totals.hosts))
    largest_vcpu, largest_mib = sizes(totals.vcpu, totals.vms)[0], sizes(totals.memory_mib, totals.vms)[0]
    needed_gib = max(totals.memory_mib / totals.hosts, largest_mib) / MIB_PER_GIB / MEMORY_FILL
    needed_cores = max(totals.vcpu / totals.hosts / VCPU_PER_CORE, largest_vcpu / 2)
    cores = totals.host_cores or least(CORES, max(LEAST_CORES, needed_cores))
    gib = totals.host_memory_gib or least(MEMORY_GIB, max(LEAST_MEMORY_GIB, needed_gib))
    if not (totals.host_cores and totals.host_memory_gib):
        ratio = totals.vcpu / (totals.hosts * cores)
        fill = round(100 * totals.memory_mib / (totals.hosts * gib * MIB_PER_GIB))
        log.add("totals-hosts", value=totals.hosts, cores=cores, memory_gib=gib, ratio=ratio, fill=fill)
    return [
        HostRow(
            name=f"host-{number:0{digits}}",
            cluster=cluster,
            sockets=sockets_for(cores),
            cores=cores,
            memory_mib=gib * MIB_PER_GIB,
            assumed=not (totals.host_cores and totals.host_memory_gib),
        )
        for number in range(1, totals.hosts + 1)
    ]
