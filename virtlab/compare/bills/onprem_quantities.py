"""What an on-prem alternative buys, houses, licenses and looks after."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from hosts.pricing import unit_prices
from hosts.pricing.licences import takes_standard
from hosts.pricing.unit_prices import Values

EDITIONS = ("datacenter", "standard")


@dataclass(frozen=True, slots=True)
class Bought:
    """Servers of one age, None where nobody said how old they are: those bought by their size, with their cores and GiB
    in all, and those whose model has a price of its own in the catalogue.
    """

    age_months: int | None
    servers: int = 0
    cores: int = 0
    memory_gib: float = 0.0
    priced_servers: int = 0
    known_price_usd: float = 0.0

    def sized_usd(self, v: Values) -> float:
        """What those bought by their size cost."""
        return float(unit_prices.sized_price_usd(self.servers, self.cores, self.memory_gib, v))

    def price_usd(self, v: Values) -> float:
        """What all of them cost."""
        return self.known_price_usd + self.sized_usd(v)


@dataclass(frozen=True, slots=True)
class OnPremQuantities:
    """What an on-prem alternative buys, houses, licenses and looks after; already rounded as the formulas show it.

    Servers with their ports, and storage with Windows licences, may be there: nothing of them is bought before their
    refresh. `licensed_cores` maps a hypervisor's price parameter to the cores that it counts; `windows_cores` are those
    of each cluster that has Windows, with Datacenter and with Standard.
    """

    bought: tuple[Bought, ...] = ()
    existing_servers: bool = False
    existing_storage: bool = False
    rack_units: int = 0
    licensed_cores: Mapping[str, int] = field(default_factory=dict)
    windows_cores: tuple[tuple[int, int], ...] = ()
    linux_subscriptions: int = 0
    storage_tb: float = 0.0
    backup_tb: float = 0.0
    guests: int = 0

    @property
    def servers(self) -> int:
        """Servers of every size and price."""
        return sum(group.servers + group.priced_servers for group in self.bought)

    def hardware_usd(self, v: Values) -> float:
        """What all servers, network ports and storage cost together."""
        servers_usd = sum(group.price_usd(v) for group in self.bought)
        return servers_usd + self.ports_usd(v) + self.storage_usd(v)

    def ports_usd(self, v: Values) -> float:
        """What network ports cost."""
        return float(unit_prices.ports_price_usd(self.servers, v))

    def storage_usd(self, v: Values) -> float:
        """What storage costs, that of backups with it."""
        return float(unit_prices.storage_price_usd(self.storage_tb + self.backup_tb, v))

    def windows_usd(self, edition: str, v: Values) -> float:
        """What licences of that edition of Windows Server cost, in the clusters where it is the cheaper one."""
        return float(unit_prices.windows_price_usd(self.licensed_for_windows(edition, v), edition, v))

    def licensed_for_windows(self, edition: str, v: Values) -> int:
        """Cores licensed with that edition: each cluster takes the cheaper one."""
        cores = np.array(self.windows_cores, dtype=np.float64).reshape(-1, len(EDITIONS))
        standard = takes_standard(cores[:, 0], cores[:, 1], v)
        which = EDITIONS.index(edition)
        return int(cores[standard == bool(which), which].sum())
