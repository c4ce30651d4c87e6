"""Which host a VM means: tabs name the same server with or without its domain, in another case, with a prefix."""

import re
from collections import defaultdict
from collections.abc import Sequence

from hosts.inventory.rows import HostRow

ADDRESS = re.compile(r"[\d.]+|[\da-f:]+")
SHORTEST_TAIL = 4


def short_name(name: str) -> str:
    """A host's name without its domain and case; an IP address stays whole."""
    text = name.casefold().partition(" (")[0].strip().rstrip(".")  # without the vCenter behind it
    return text if ADDRESS.fullmatch(text) else text.partition(".")[0]


class HostFinder:
    """Finds the host that a name means among those described."""

    def __init__(self, hosts: Sequence[HostRow]) -> None:
        """`hosts` keep their order; of equal names the first counts."""
        self.hosts = hosts
        self.by_name: dict[str, HostRow] = {}
        self.by_short: defaultdict[str, list[HostRow]] = defaultdict(list)
        self.answers: dict[tuple[str, str, str], HostRow | None] = {}
        for host in hosts:
            self.by_name.setdefault(host.name.casefold(), host)
            self.by_short[short_name(host.name)].append(host)

    def find(self, name: str, cluster: str, vcenter: str = "") -> HostRow | None:
        """The host called `name`: the same name, else the only one of that short name, else the only one of the same
        cluster of whose short name one is the end of the other (vmsp-01, bovmsp-01.customer.com); None otherwise.
        One of another vCenter is none of these but the first.
        """
        key = (name.casefold(), cluster.casefold(), vcenter)
        if key not in self.answers:
            self.answers[key] = self.by_name.get(key[0]) or self._by_short_name(key) or self._by_tail(key)
        return self.answers[key]

    def _by_short_name(self, key: tuple[str, str, str]) -> HostRow | None:
        alike = [host for host in self.by_short.get(short_name(key[0]), ()) if not both_full(host.name, key[0])]
        alike = [host for host in alike if same_vcenter(host.vcenter, key[2])]
        here = [host for host in alike if host.cluster.casefold() == key[1]]
        return only(here) or only(alike)

    def _by_tail(self, key: tuple[str, str, str]) -> HostRow | None:
        here = [host for host in self.hosts if host.cluster.casefold() == key[1]]
        here = [host for host in here if same_vcenter(host.vcenter, key[2])]
        return only([host for host in here if same_tail(short_name(host.name), short_name(key[0]))])


def both_full(name: str, other: str) -> bool:
    """Whether both names carry a domain, so that unequal ones are different hosts."""
    return "." in name.partition(" (")[0] and "." in other.partition(" (")[0]


def vcenter_key(name: str) -> str:
    """A vCenter's name without case, blanks around it, and the dot of a whole domain name."""
    return name.casefold().strip().rstrip(".")


def same_vcenter(vcenter: str, other: str) -> bool:
    """Whether two rows may be of one vCenter: one that is not named may be any."""
    return not vcenter or not other or vcenter == other


def same_tail(name: str, other: str) -> bool:
    """Whether one name ends with the other, and that end is long enough to mean something."""
    return min(len(name), len(other)) >= SHORTEST_TAIL and (name.endswith(other) or other.endswith(name))


def only(hosts: Sequence[HostRow]) -> HostRow | None:
    """The one found, None for none or several."""
    return hosts[0] if len(hosts) == 1 else None
