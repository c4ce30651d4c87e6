"""The one form that every importer produces, whatever the file looked like."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from hosts.choices import Hypervisor, PowerState, SetApart
from virtlab.labs.choices import Architecture, MemorySeenBy, OperatingSystem


@dataclass(slots=True, kw_only=True)
class ClusterRow:
    """Hosts that share load; `site` is the data centre."""

    name: str
    site: str = ""
    vcenter: str = ""
    hypervisor: str = Hypervisor.ESXI


@dataclass(slots=True, kw_only=True)
class HostRow:
    """A physical server. Zero cores or memory mean that the file did not say; `assumed` that no row describes it."""

    name: str
    cluster: str = ""
    site: str = ""
    vcenter: str = ""
    sockets: int = 0
    cores: int = 0
    threads_per_core: int = 2
    memory_mib: int = 0
    cpu_model: str = ""
    vendor: str = ""
    model: str = ""
    version: str = ""
    speed_mhz: float = 0.0
    maintenance: bool = False
    purchased_on: str = ""  # ISO 8601; "": not said
    cpu_usage: float | None = None  # 0 … 1 of the cores, at the moment of the export
    active_memory_mib: float | None = None
    all_vms: int = 0  # how many VMs and vCPU it has in all, also those that the file does not list; 0: not said
    all_vcpu: int = 0
    assumed: bool = False
    name_assumed: bool = False
    tab: str = ""  # where several tables describe hosts, the one that it stands in
    row: int = 0


@dataclass(slots=True, kw_only=True)
class VmRow:
    """A guest. Utilisations are shares (0 … 1) of its vCPU and memory; None where the file says nothing."""

    name: str
    vcpu: int
    memory_mib: int
    disk_gib: float = 0.0
    disk_used_gib: float = 0.0
    snapshot_gib: float = 0.0  # beside the disks
    disk_known: bool = True  # else disk_gib is 0 because no table says how large the disks are
    disk_used_known: bool = True  # else disk_used_gib is disk_gib
    power_state: str = PowerState.RUNNING
    is_template: bool = False
    set_apart: str = ""  # why it is no workload of its own (hosts.choices.SetApart)
    cluster: str = ""
    site: str = ""
    vcenter: str = ""
    host: str = ""
    datastore: str = ""
    os_text: str = ""
    operating_system: str = OperatingSystem.OTHER
    architecture: str = Architecture.X86_64
    application: str = ""
    wave: str = ""  # the wave in which it is to move
    tags: dict[str, str] = field(default_factory=dict)
    facts: dict[str, bool | int | str] = field(default_factory=dict)  # what else it states, by hosts.choices.VmFact
    event_driven: bool = False
    requests_per_month: float = 0.0
    request_duration_ms: float = 0.0
    data_out_gib_per_month: float | None = None
    disk_mb_per_s: float | None = None  # read and written on average, like the two below
    disk_iops: float | None = None
    network_mb_per_s: float | None = None
    cpu_mean: float | None = None
    cpu_peak: float | None = None
    memory_mean: float | None = None
    memory_peak: float | None = None
    memory_seen_by: str = MemorySeenBy.HYPERVISOR  # who saw memory_mean and memory_peak, where there are any
    usage_from: str = ""  # "file" (of the VM itself), "host" (its share of its host's), "" (assumed)
    identity: str = ""  # its UUID
    vm_id: str = ""  # tells it from all others of its vCenter
    stated_vcenter: str = ""  # as the file names it; `vcenter` may have been forgotten, or be the name of a file
    given_name: str = ""  # in the file; `name` may be numbered, since another VM has it too
    apart_gib: float = 0.0  # of what the file provisions for it, what is swap file and snapshots and no disk
    tab: str = ""  # where several tables hold VMs, the one that it stands in
    row: int = 0

    @property
    def runs(self) -> bool:
        """Whether it takes CPU and memory of a host."""
        return self.power_state == PowerState.RUNNING and not self.is_template

    @property
    def state_label(self) -> str:
        """What it does, in words."""
        if self.set_apart:
            return _("Set apart: %(why)s") % {"why": SetApart(self.set_apart).label}
        return _("Template") if self.is_template else str(PowerState(self.power_state).label)

    @property
    def os_label(self) -> str:
        """Its operating system as the file names it, else the kind that was assumed."""
        return self.os_text or str(OperatingSystem(self.operating_system).label)


@dataclass(slots=True, kw_only=True)
class DatastoreRow:
    """Where disks lie. Zero capacity means that the file did not say; `name_assumed` that it names none at all."""

    name: str
    cluster: str = ""
    vcenter: str = ""
    kind: str = ""
    object_id: str = ""  # tells it from all others of its vCenter
    url: str = ""  # tells it from all others
    capacity_gib: float = 0.0
    used_gib: float = 0.0  # as the array states it, after its data reduction
    reduction: float = 1.0  # GiB that VMs hold for each GiB that it uses
    hosts: str = ""  # those that see it, as the file lists them
    assumed: bool = False
    name_assumed: bool = False
    tab: str = ""  # where several tables describe datastores, the one that it stands in
    row: int = 0


@dataclass(slots=True, frozen=True)
class ColumnMatch:
    """One column of a tab, and the field that it was understood as ("" where it was not needed)."""

    tab: str
    column: str
    field: str


@dataclass(slots=True, kw_only=True)
class Inventory:
    """An estate as read from one file, in the file's order."""

    format: str
    clusters: list[ClusterRow] = field(default_factory=list)
    hosts: list[HostRow] = field(default_factory=list)
    vms: list[VmRow] = field(default_factory=list)
    datastores: list[DatastoreRow] = field(default_factory=list)
    columns: list[ColumnMatch] = field(default_factory=list)
    rows_read: int = 0
    file: str = ""  # where its tables are tabs of one of several files, that one
    vm_tab: str = ""
    host_tab: str = ""
    datastore_tab: str = ""

    def tab_of(self, vm: VmRow) -> str:
        """The table that a VM stands in."""
        return vm.tab or self.vm_tab

    def host_tab_of(self, host: HostRow) -> str:
        """The table that a host stands in."""
        return host.tab or self.host_tab
