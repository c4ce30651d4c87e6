"""How the servers that an alternative stands on are counted where their manufacture is: on both sides alike."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Made:
    """Servers, of a cloud's the parts that instances take: processors beyond the first of each, GiB beyond the first 16
    of each, and TB of local disks.
    """

    servers: float = 0.0
    more_cpus: float = 0.0
    more_gib: float = 0.0
    local_tb: float = 0.0

    def __add__(self, other: "Made") -> "Made":
        pairs = zip(self._parts, other._parts, strict=True)
        return Made(*(one + more for one, more in pairs))

    @property
    def rounded(self) -> "Made":
        """As the formulas show it."""
        return Made(*(round(part, 3) for part in self._parts))

    @property
    def _parts(self) -> tuple[float, float, float, float]:
        return self.servers, self.more_cpus, self.more_gib, self.local_tb
