"""What a comparison asks: the load of one guest, how many there are, and the host they run on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from virtlab.engine.hypervisors.same_load import HostCapacity, HostLoad


@dataclass(frozen=True, slots=True)
class NamedHost:
    """A host, its name, and where its watts come from."""

    name: str
    capacity: HostCapacity
    power_source: str = ""
    power_date: str = ""


@dataclass(frozen=True, slots=True)
class LoadQuestion:
    """`guest` is the load of one of the `guests`."""

    host: NamedHost
    guest: HostLoad
    guests: int

    @classmethod
    def of(cls, values: Mapping[str, Any], host: NamedHost) -> "LoadQuestion":
        """The question of a valid `LoadForm`, on this host."""
        cores = values["vcpu"] * values["cpu_percent"] / 100
        guest = HostLoad(cores, values["memory_gib"], values["iops"], values["vcpu"])
        return cls(host, guest, values["guests"])

    @property
    def load(self) -> HostLoad:
        """What all guests want together."""
        guest, count = self.guest, self.guests
        return HostLoad(guest.cpu_cores * count, guest.memory_gib * count, guest.iops * count, guest.vcpu * count)
