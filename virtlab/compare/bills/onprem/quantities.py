"""What an on-prem alternative buys, houses, licenses and looks after."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from hosts.pricing import unit_prices
from hosts.pricing.licences import EDITIONS, NEEDS_ASSURANCE
from hosts.pricing.unit_prices import Values, is_assured
from virtlab.compare.bills.due import first_month, to_pay
from virtlab.compare.bills.items import Cited
from virtlab.compare.bills.made import Made
from virtlab.compare.bills.microsoft import Clusters, Licences, licensed_windows_cores, windows_host_cores
from virtlab.compare.bills.onprem.room import ClusterRoom, StorageRoom
from virtlab.engine.arrays import F64
from virtlab.engine.units import MONTHS_PER_YEAR

SLACK = 1e-9
AROUND_KEYS = ("san_usd", "firewall_usd")
"""Amounts of the whole estate."""


@dataclass(frozen=True, slots=True)
class Bought:
    """Servers of one age, None where nobody said how old they are, and of processors launched so many months ago, 0
    where that is not known or not asked for: those bought by their size, with their cores and GiB
    in all, and those whose model has a price of its own in the catalogue. `made`: all, as their manufacture is counted.
    `new`: none of them is there, though others are.
    """

    age_months: int | None
    servers: int = 0
    cores: int = 0
    memory_gib: float = 0.0
    priced_servers: int = 0
    known_price_usd: float = 0.0
    made: Made = field(default_factory=Made)
    new: bool = False
    cpu_age_months: int = 0

    def age_at(self, v: Values) -> int | None:
        """Months since they were bought: as stated, or no fewer than since the last day on which servers with their
        processors were sold. None: they are as old as is assumed of all that is there.
        """
        if self.age_months is not None:
            return self.age_months
        least = self.cpu_age_months - v["processor_sold_years"] * MONTHS_PER_YEAR
        return int(least) if least > v["existing_age_years"] * MONTHS_PER_YEAR else None

    @property
    def count(self) -> int:
        """All of them."""
        return self.servers + self.priced_servers

    @property
    def by_processor(self) -> bool:
        """Whether the age of their processors may say how old they are."""
        return not self.new and self.age_months is None and self.cpu_age_months > 0

    def sized_usd(self, v: Values) -> float:
        """What those bought by their size cost."""
        return float(unit_prices.sized_price_usd(self.servers, self.cores, self.memory_gib, v))

    def price_usd(self, v: Values) -> float:
        """What all of them cost."""
        return self.known_price_usd + self.sized_usd(v)


@dataclass(frozen=True, slots=True)
class OnPremQuantities:
    """What an on-prem alternative buys, houses, licenses and looks after; already rounded as the formulas show it.

    Servers with their ports, and storage with Microsoft's licences, may be there: nothing of them is bought before
    their refresh, but what of the servers is `new`. `licensed` maps a hypervisor's price parameter to the units that it
    counts; `windows_cores` are those of each cluster that has Windows, by edition, `owned_windows_cores` those that
    today's hosts need, `hyperv_cores` those of Hyper-V hosts without Windows VMs, licensed for themselves; `sql_cores`
    those of SQL Server, by VM and by host, `owned_sql_cores` those of today's hosts, `sql_named`: of how many VMs;
    `on_hardware`: each system has a server of its own, which licenses it without Software Assurance.
    `linux_subscriptions`: of two VMs of a host, or of a server; `gpu_cards`: one for each VM that uses a device of its
    host, as old as the servers. `storage_held`: the TB are what disks hold, of which data reduction buys less; else
    what arrays have. `used_tb` is backed up. `servers_alone`: without storage, and without what stands beside servers
    and is bought as a whole. `rooms`: how full the clusters are; `disks`: how full the storage is.
    """

    bought: tuple[Bought, ...] = ()
    existing_servers: bool = False
    existing_storage: bool = False
    servers_alone: bool = False
    rack_units: int = 0
    licensed: Mapping[str, int] = field(default_factory=dict)
    windows_cores: Clusters = ()
    owned_windows_cores: Clusters = ()
    hyperv_cores: int = 0
    sql_cores: tuple[int, int] = (0, 0)
    sql_named: tuple[Cited, ...] = ()
    on_hardware: bool = False
    owned_sql_cores: tuple[int, int] = (0, 0)
    linux_subscriptions: int = 0
    gpu_cards: int = 0
    storage_tb: float = 0.0
    storage_held: bool = False
    backup_tb: float = 0.0
    used_tb: float = 0.0
    guests: int = 0
    rooms: tuple[ClusterRoom, ...] = field(default=(), compare=False)
    disks: StorageRoom = field(default_factory=StorageRoom)

    @property
    def servers(self) -> int:
        """Servers of every size and price."""
        return sum(group.count for group in self.bought)

    @property
    def by_processor(self) -> bool:
        """Whether servers that are there may be as old as their processors say."""
        return self.existing_servers and any(group.by_processor for group in self.bought)

    @property
    def processor_keys(self) -> tuple[str, ...]:
        """The parameter that the age of such servers rests on."""
        return ("processor_sold_years",) if self.by_processor else ()

    @property
    def new_servers(self) -> int:
        """Those of them that are bought beside what is there."""
        return sum(group.count for group in self.bought if group.new)

    def hardware_usd(self, v: Values) -> float:
        """What all servers, network and storage cost together."""
        servers_usd = sum(group.price_usd(v) for group in self.bought)
        other_usd = 0.0 if self.servers_alone else self.storage_usd(v) + around_usd(v)
        return servers_usd + self.cards_usd(v) + self.network_usd(v) + other_usd

    def cards_usd(self, v: Values) -> float:
        """What GPU cards cost."""
        return self.gpu_cards * v["gpu_card_usd"] if self.gpu_cards else 0.0

    def network_usd(self, v: Values) -> float:
        """What network ports and switches cost."""
        return network_usd(self.servers, v)

    def storage_usd(self, v: Values) -> float:
        """What storage costs, that of backups with it."""
        return float(unit_prices.storage_price_usd(self.storage_tb / self.reduction(v) + self.backup_tb, v))

    def reduction(self, v: Values) -> float:
        """GiB of disks that a GiB of storage holds: 1 where the storage is there."""
        return v["data_reduction"] if self.storage_held else 1.0

    def bought_tb(self, v: Values) -> float:
        """TB of storage without backups."""
        return round(self.storage_tb / self.reduction(v), 3)

    def windows_usd(self, edition: str, v: Values) -> float:
        """What licences of that edition of Windows Server cost, in the clusters that have it."""
        return float(unit_prices.windows_price_usd(self.licensed_for_windows(edition, v), edition, v))

    def licensed_for_windows(self, edition: str, v: Values) -> int:
        """Cores licensed with that edition: clusters take those for which least is to be paid, owned ones counted."""
        return licensed_windows_cores(self.windows_cores, edition, v, self._owned_windows(v))

    def stacked_for_windows(self, edition: str, v: Values) -> int:
        """Those of them beyond the cores of hosts with that edition: Standard is stacked for more than two VMs."""
        cores = windows_host_cores(self.windows_cores, edition, v, self._owned_windows(v))
        return self.licensed_for_windows(edition, v) - cores

    def _owned_windows(self, v: Values) -> tuple[Clusters, float]:
        return self.owned_windows_cores, to_pay(first_month(v, existing=self.existing_storage), v)

    def sql_usd(self, v: Values) -> float:
        """What SQL Server costs."""
        return float(unit_prices.sql_price_usd(*self.sql_cores, v))

    def cals_usd(self, v: Values) -> float:
        """What users' access to Windows Server costs; nothing where no VM has it: hosts alone need no CALs."""
        with_vms = sum(cores for cores, *_others in self.windows_cores) > self.hyperv_cores
        return unit_prices.cals_price_usd(v) if with_vms else 0.0

    def licences(self, v: Values) -> dict[str, Licences]:
        """Licences of Microsoft by the key of their line. What is there goes with what it licenses, to other hosts too.

        Under Software Assurance are all where it is put in for all, else those that need it, CALs with licences by VM.
        """
        windows = {f"windows_{edition}": self._windows(edition, v) for edition in EDITIONS}
        sql_usd, owned_sql_usd = (
            float(unit_prices.sql_price_usd(*cores, v)) for cores in (self.sql_cores, self.owned_sql_cores)
        )
        sql = Licences.of(sql_usd, owned_sql_usd, is_assured(v, needed=not self.on_hardware))
        return {**windows, "sql": sql, "windows_cals": self._cals(v)}

    def _windows(self, edition: str, v: Values) -> Licences:
        owned = licensed_windows_cores(self.owned_windows_cores, edition, v)
        owned_usd = float(unit_prices.windows_price_usd(owned, edition, v))
        return Licences.of(self.windows_usd(edition, v), owned_usd, is_assured(v, needed=edition == NEEDS_ASSURANCE))

    def _cals(self, v: Values) -> Licences:
        """Where they need Software Assurance that they do not have today, they are bought anew."""
        usd = self.cals_usd(v)
        cores = (
            licensed_windows_cores(self.owned_windows_cores, NEEDS_ASSURANCE, v),
            self.licensed_for_windows(NEEDS_ASSURANCE, v),
        )
        today, then = (is_assured(v, needed=by_vm > 0) for by_vm in cores)
        owned = self.existing_storage and (today or not then)
        return Licences.of(usd, usd if owned else 0.0, then)


def ceiling(amounts: F64) -> F64:
    """Whole units of amounts, what sums of floats are off by left out."""
    whole: F64 = np.ceil(amounts - SLACK)
    return whole


def ports_usd(servers: int, v: Values) -> float:
    """What network ports of so many servers cost."""
    return float(unit_prices.ports_price_usd(servers, v))


def switches_usd(servers: int, v: Values) -> float:
    """What switches for the ports of so many servers cost."""
    return unit_prices.switches(servers, v) * v["switch_usd"]


def network_usd(servers: int, v: Values) -> float:
    """What both cost."""
    return ports_usd(servers, v) + switches_usd(servers, v)


def around_usd(v: Values) -> float:
    """What stands beside servers and is bought as a whole."""
    return sum(v[key] for key in AROUND_KEYS)
