"""An operating system as far as its name tells it."""

from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """What decides whether and how a system runs elsewhere. `UNIX`: AIX, HP-UX, Solaris and others of servers
    that are not of x86 or Arm."""

    WINDOWS = "windows"
    LINUX = "linux"
    BSD = "bsd"
    MACOS = "macos"
    UNIX = "unix"
    APPLIANCE = "appliance"
    UNKNOWN = "unknown"


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

        AWS, VM Import/Export User Guide, "Operating systems supported" (2026-11): Windows and Linux; FreeBSD and NetBSD
        are in the AWS Marketplace. AIX, HP-UX and Solaris are in neither; macOS runs on Mac hosts of its own.
        """
        if self.family in {Family.WINDOWS, Family.LINUX, Family.BSD}:
            return True
        return False if self.family in {Family.UNIX, Family.MACOS} else None
