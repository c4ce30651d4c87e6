"""Figures and layers that several hypervisors have in common. Where sources disagree or give a range, the range is
kept (low … high).
"""

from virtlab.engine.hypervisors.guest_rules import READ
from virtlab.engine.hypervisors.hypervisor import Change, Duty, Feature, Layer, LayerKind
from virtlab.engine.sourced import Kind, Sourced

GREGG = "Gregg, AWS EC2 Virtualization 2017: Introducing Nitro"
FELTER = "Felter et al., IBM RC25482: Updated Performance Comparison of Virtual Machines and Linux Containers"

HARDWARE_ASSISTED = Sourced(
    0.01, "extra CPU time", f"{GREGG}: 0.1 to 1.5 %", "2017-11-29", Kind.ESTIMATE, low=0.001, high=0.015
)
NO_CPU = Sourced(0.0, "extra CPU time", "Nothing stands between the work and the processor", READ, Kind.DERIVED)
CONTAINER_CPU = Sourced(
    0.0, "extra CPU time", f"{FELTER}: none to be measured", "2014-07", Kind.ESTIMATE, low=0.0, high=0.01
)
HALF_IO = Sourced(
    0.5, "of the accesses per second", f"{FELTER}: half under KVM", "2014-07", Kind.ESTIMATE, low=0.5, high=0.95
)
HALF_IO_TOO = Sourced(
    0.5,
    "of the accesses per second",
    f"As under KVM ({FELTER}): no open figure of its own",
    "2014-07",
    Kind.ASSUMPTION,
    low=0.5,
    high=0.95,
)
XEN_IO = Sourced(
    0.7, "of the accesses per second", f"{GREGG}: 10 to 50 % lost", "2017-11-29", Kind.ESTIMATE, low=0.5, high=0.9
)
FULL_IO = Sourced(1.0, "of the accesses per second", "Direct access", READ, Kind.DERIVED)
CARD_IO = Sourced(
    0.99, "of the accesses per second", f"{GREGG}: near bare metal", "2017-11-29", Kind.ESTIMATE, low=0.985, high=0.999
)
DESKTOP_IO = Sourced(
    0.4,
    "of the accesses per second",
    "Through the host's own system and its files",
    READ,
    Kind.ASSUMPTION,
    low=0.2,
    high=0.8,
)
DESKTOP_CPU = Sourced(
    0.05, "extra CPU time", "Hosted hypervisor with hardware assistance", READ, Kind.ASSUMPTION, low=0.02, high=0.15
)


def share(value: float, of: str, source: str, low: float, high: float) -> Sourced:
    """An assumed share, with the range it may be set in."""
    return Sourced(value, of, source, READ, Kind.ASSUMPTION, low=low, high=high)


def most(value: float, unit: str, source: str, date: str) -> Sourced:
    """What a vendor supports for one guest."""
    return Sourced(value, unit, source, date, Kind.LIST)


def gib(value: float, source: str, low: float, high: float, kind: Kind = Kind.ASSUMPTION) -> Sourced:
    """Memory that a host keeps."""
    return Sourced(value, "GiB", source, READ, kind, low=low, high=high)


def live(source: str, date: str) -> Sourced:
    """Where it says what changes live."""
    return Sourced(1.0, "documented", source, date, Kind.LIST)


NOTHING_CORES = Sourced(0.0, "of the cores", "No system of the host runs beside the guests", READ, Kind.DERIVED)
NOTHING_GIB = Sourced(0.0, "GiB", "No system of the host runs beside the guests", READ, Kind.DERIVED)
NOTHING_MEMORY = Sourced(
    0.0, "of the host's memory", "No system of the host runs beside the guests", READ, Kind.DERIVED
)
NOTHING_GUEST = Sourced(0.0, "of a guest's memory", "No hardware is emulated", READ, Kind.DERIVED)
PER_GUEST = share(0.01, "of a guest's memory", "Page tables and device models of each guest", 0.005, 0.05)

IO_DUTIES = (Duty.NETWORK, Duty.STORAGE, Duty.SECURITY)
SCHEDULING = (Duty.CPU, Duty.MEMORY)
GUESTS = (Layer(LayerKind.GUEST_OS, per_guest=True), Layer(LayerKind.WORKLOAD, per_guest=True))
TYPE_1_LAYERS = (
    Layer(LayerKind.HARDWARE),
    Layer(LayerKind.HYPERVISOR, (*SCHEDULING, *IO_DUTIES, Duty.MANAGEMENT)),
    *GUESTS,
)
CONTROL_DOMAIN_LAYERS = (
    Layer(LayerKind.HARDWARE),
    Layer(LayerKind.HYPERVISOR, SCHEDULING),
    Layer(LayerKind.CONTROL_DOMAIN, (*IO_DUTIES, Duty.MANAGEMENT)),
    *GUESTS,
)
ROOT_PARTITION_LAYERS = (
    Layer(LayerKind.HARDWARE),
    Layer(LayerKind.HYPERVISOR, SCHEDULING),
    Layer(LayerKind.ROOT_PARTITION, (*IO_DUTIES, Duty.MANAGEMENT)),
    *GUESTS,
)
OFFLOAD_LAYERS = (
    Layer(LayerKind.HARDWARE),
    Layer(LayerKind.OFFLOAD_CARDS, (*IO_DUTIES, Duty.MANAGEMENT)),
    Layer(LayerKind.HYPERVISOR, SCHEDULING),
    *GUESTS,
)
HOSTED_LAYERS = (
    Layer(LayerKind.HARDWARE),
    Layer(LayerKind.HOST_OS, (*SCHEDULING, *IO_DUTIES)),
    Layer(LayerKind.HYPERVISOR, (Duty.MANAGEMENT,)),
    *GUESTS,
)
BARE_LAYERS = (
    Layer(LayerKind.HARDWARE),
    Layer(LayerKind.HOST_OS, (*SCHEDULING, *IO_DUTIES, Duty.MANAGEMENT)),
    Layer(LayerKind.WORKLOAD),
)
METAL_LAYERS = (
    Layer(LayerKind.HARDWARE),
    Layer(LayerKind.OFFLOAD_CARDS, (*IO_DUTIES, Duty.MANAGEMENT)),
    Layer(LayerKind.GUEST_OS, SCHEDULING),
    Layer(LayerKind.WORKLOAD),
)
CONTAINER_LAYERS = (
    Layer(LayerKind.HARDWARE),
    Layer(LayerKind.HOST_OS, (*SCHEDULING, *IO_DUTIES)),
    Layer(LayerKind.CONTAINER_RUNTIME, (Duty.MANAGEMENT,)),
    Layer(LayerKind.WORKLOAD, per_guest=True),
)

SERVER_FEATURES = frozenset(Feature)
DISKS = frozenset({Change.ADD_DISK, Change.GROW_DISK})
HOT_ADD = DISKS | {Change.ADD_CPU, Change.ADD_MEMORY}
HOT_ADD_AND_REMOVE = HOT_ADD | {Change.REMOVE_CPU, Change.REMOVE_MEMORY}
DESKTOP_FEATURES = frozenset({Feature.SNAPSHOT, Feature.MEMORY_SNAPSHOT, Feature.LINKED_CLONE, Feature.SUSPEND})
