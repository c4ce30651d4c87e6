"""What a cloud alternative rents."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from virtlab.compare.bills.items import Cited
from virtlab.compare.bills.made import Made


@dataclass(frozen=True, slots=True)
class Listed:
    """Machines of types whose committed rate is listed: how many of how many, USD per hour on demand and committed."""

    machines: int = 0
    of: int = 0
    usd_per_hour: float = 0.0
    committed_usd_per_hour: float = 0.0
    cited: tuple[Cited, ...] = ()


@dataclass(frozen=True, slots=True)
class Rented:
    """Machines at their on-demand Linux price, in all an hour; where those prices are from; and the listed of them."""

    machines: int = 0
    usd_per_hour: float = 0.0
    prices: tuple[Cited, ...] = ()
    listed: Listed = field(default_factory=Listed)


@dataclass(frozen=True, slots=True)
class CloudQuantities:
    """What a cloud alternative rents in a month, all hours of it; already rounded as the formulas show it.

    `stopped`: instances beside them that do not run, of which only the volumes cost, and the administration;
    `upgrades`: systems, running or not, that need a newer version there and are priced for after it.
    `own_hardware`: those of the instances whose systems need hardware of their own, by system; `shared`: the others.
    `dedicated_hosts`: whole ones, for those with Windows Server, and how full they are.
    `own_windows`: how many may bring their licences, with so many vCPU (`own_windows_vcpu`), on hosts with so many
    physical cores each (`host_cores`); `owned_windows_cores`: what today's hosts are licensed for, by cluster and
    edition. `sql_vcpu`: vCPU that SQL Server is licensed for, `sql_named`: of how many instances; `owned_sql_cores`:
    its cores on today's hosts, by VM and by host. `gpu_cards`: instances of VMs that use a device of their host.
    `volumes`: how many; `sized_by_use`: they are as large as disk in use with room to grow, not as what is
    provisioned; `used_gib`: what of them is in use.
    """

    instances: Rented = field(default_factory=Rented)
    nodes: Rented = field(default_factory=Rented)
    stopped: int = 0
    upgrades: int = 0
    licences: Mapping[str, float] = field(default_factory=dict)
    own_hardware: Mapping[str, Rented] = field(default_factory=dict)
    shared: Rented = field(default_factory=Rented)
    dedicated_hosts: Rented = field(default_factory=Rented)
    filled: tuple[Cited, ...] = ()
    own_windows: tuple[Cited, ...] = ()
    owned_windows_cores: tuple[tuple[int, int, int], ...] = ()
    own_windows_vcpu: float = 0.0
    host_cores: tuple[int, ...] = ()
    sql_vcpu: float = 0.0
    sql_named: tuple[Cited, ...] = ()
    owned_sql_cores: tuple[int, int] = (0, 0)
    gpu_cards: int = 0
    volumes: int = 0
    volume_gib: float = 0.0
    sized_by_use: bool = False
    used_gib: float = 0.0
    snapshot_gib: float = 0.0
    data_out_gib: float = 0.0
    million_requests: float = 0.0
    gb_seconds: float = 0.0
    containers: int = 0
    functions: int = 0
    storage_tb: float = 0.0
    backup_tb: float = 0.0
    made: Made = field(default_factory=Made)

    @property
    def systems(self) -> int:
        """What has to be moved: instances that run or not, containers and functions."""
        return self.instances.machines + self.stopped + self.containers + self.functions
