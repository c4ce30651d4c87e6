"""An operating system as far as its name tells it."""

from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """What decides whether and how a system runs elsewhere. `UNIX`: AIX, HP-UX, Solaris and others of servers
    that are not of x86 or Arm. `APPLIANCE`: systems that run on x86 and on nothing that EC2 rents: DOS, NetWare, OS/2,
    hypervisors."""

    WINDOWS = "windows"
    LINUX = "linux"
    BSD = "bsd"
    MACOS = "macos"
    UNIX = "unix"
    APPLIANCE = "appliance"
    UNKNOWN = "unknown"


WINDOWS_NT = "Windows NT"
BEFORE_2003 = frozenset({"95", "98", "ME", "2000"})
"""Versions of Windows that are older than all that EC2 imports."""


@dataclass(frozen=True, slots=True)
class System:
    """A system: `product` as its maker calls it, `version` as written ("2008 R2", "12 SP5", "7.9"), "" where the name
    says none or several; `or_later`: the version is the least that it may be. `bits`: 32 or 64, 0 where not said.
    """

    family: Family
    product: str = ""
    version: str = ""
    or_later: bool = False
    client: bool = False
    bits: int = 0

    @property
    def label(self) -> str:
        """Product and version."""
        return f"{self.product} {self.version}".strip()

    @property
    def runs_on_ec2(self) -> bool | None:
        """Whether an instance of EC2 can run it at all, on x86 or Arm; None where the name does not tell.

        AWS, VM Import/Export User Guide, "Operating systems supported" (2026-11): Windows from Server 2003 and XP on,
        and Linux; FreeBSD and NetBSD are in the AWS Marketplace. AIX, HP-UX, Solaris, DOS, NetWare and hypervisors are
        in neither; macOS runs on Mac hosts of its own.
        """
        if self.family == Family.UNKNOWN:
            return None
        if self.family == Family.WINDOWS:
            return self.product != WINDOWS_NT and self.version.split(" ")[0].upper() not in BEFORE_2003
        return self.family in {Family.LINUX, Family.BSD}
