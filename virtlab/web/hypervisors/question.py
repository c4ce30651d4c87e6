"""What a comparison asks: the load of one guest, how many there are, and the server they run on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from virtlab.engine.hypervisors.same_load import Server, ServerLoad


@dataclass(frozen=True, slots=True)
class NamedServer:
    """A server, its name, and where its watts come from."""

    name: str
    capacity: Server
    power_source: str = ""
    power_date: str = ""


@dataclass(frozen=True, slots=True)
class LoadQuestion:
    """`guest` is the load of one of the `guests`."""

    server: NamedServer
    guest: ServerLoad
    guests: int

    @classmethod
    def of(cls, values: Mapping[str, Any], server: NamedServer) -> "LoadQuestion":
        """The question of a valid `LoadForm`, on this server."""
        cores = values["vcpu"] * values["cpu_percent"] / 100
        guest = ServerLoad(cores, values["memory_gib"], values["iops"], values["vcpu"])
        return cls(server, guest, values["guests"])

    @property
    def load(self) -> ServerLoad:
        """What all guests want together."""
        guest, count = self.guest, self.guests
        return ServerLoad(guest.cpu_cores * count, guest.memory_gib * count, guest.iops * count, guest.vcpu * count)
