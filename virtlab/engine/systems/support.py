"""Until when a system is supported, and whether it has the drivers that EC2's Nitro machines need."""

import re
from collections.abc import Mapping
from datetime import date

from virtlab.engine.systems.support_dates import SUPPORT
from virtlab.engine.systems.system import WINDOWS_NT, Family, System

DRIVERS_FROM: dict[str, tuple[int, ...]] = {
    "Windows Server": (2008, 2),
    **dict.fromkeys(("RHEL", "CentOS", "CentOS Stream", "Oracle Linux", "Rocky Linux", "AlmaLinux"), (7, 4)),
    "SLES": (12, 2),
    "Ubuntu": (16, 4),
    "Debian": (9,),
    "Amazon Linux": (2018, 3),
    "FreeBSD": (11, 1),
}
"""The least version (SLES: with its pack, Windows Server: with its R) that has ENA and NVMe: Amazon EC2 User Guide,
"NVMe SSD volumes" and "Instances built on the AWS Nitro System", requirements (2026). Oracle, Rocky and Alma build the
versions of Red Hat anew. Ubuntu 14.04 has them with the kernel that was made for AWS alone, which it has nowhere else.
"""
AMAZON_LINUX_2 = (2018, 6)
"""When it came out: as a version it stands after 2018.03."""

SEMI_ANNUAL = re.compile(r"(?!200[038])(1[6-9]|2[0-3])(?:0\d|H\d)", re.IGNORECASE)
OLDER_WINDOWS = frozenset({"95", "98", "ME", "XP", "VISTA"})
FIRST_TESTED = {"server": 2016, "client": 10}
"""The first Windows on which AWS did the steps of its guide on moving to Nitro; of earlier ones it says that they were
not tested and may not be compatible with the latest types."""


def support_ends(system: System) -> date | None:
    """The last day of the support that everybody gets; None where the version or its date is not known."""
    support = SUPPORT.get(system.product)
    return None if support is None else _day_of(system, support.ends)


def updates_sold_until(system: System) -> date | None:
    """The last day of updates that its maker sells beyond that; None where there are none, or none is known."""
    support = SUPPORT.get(system.product)
    return None if support is None else _day_of(system, support.sold)


def is_out_of_support(system: System, today: date) -> bool:
    """Whether its support is known to have ended, and no updates beyond it are sold any more."""
    days = [day for day in (support_ends(system), updates_sold_until(system)) if day]
    return support_ends(system) is not None and max(days) < today


def _day_of(system: System, days: Mapping[str, str]) -> date | None:
    if not system.version or system.or_later:
        return None
    text = next((days[key] for key in keys(system.version) if key in days), None)
    return date.fromisoformat(text) if text else None


def is_undated(system: System) -> bool:
    """Whether it is named with its version, and no date of that version is in the table."""
    if not system.version or system.or_later or support_ends(system):
        return False
    support = SUPPORT.get(system.product)
    finer = (f"{system.version} ", f"{system.version}.")
    return support is None or not any(key.startswith(finer) for key in support.ends)


def supported_by_volunteers(system: System) -> bool:
    """Whether it is not its maker who supports it until that day."""
    support = SUPPORT.get(system.product)
    return support is not None and support.volunteers


def support_source(system: System) -> str:
    """Whose page says so, with the month in which it was read; "" for a product of which none does."""
    support = SUPPORT.get(system.product)
    return f"{support.source} ({support.source_date})" if support else ""


def keys(version: str) -> list[str]:
    """A version as the table may list it: whole, and without its last numbers ("20.04.6" → 20.04)."""
    if "SP" in version or "R2" in version:
        return [version]
    if " " in version:  # a release of Windows: that of 10 ended with its last one
        return [version, version.split(maxsplit=1)[0]]
    parts = version.split(".")
    return [".".join(parts[:length]) for length in range(len(parts), 0, -1)]


def has_nitro_drivers(system: System) -> bool | None:
    """Whether it has the drivers of EC2's Nitro machines (ENA, NVMe); None where its name does not tell.

    They are made for Windows Server 2008 R2 and later, so that XP and Vista, which are older, have none.
    """
    if _is_before_windows_7(system):
        return False
    least, version = DRIVERS_FROM.get(system.product), numbers(system)
    if least is None or not version:
        return None
    if system.product == "Windows Server":
        version = (*version, 1)[:2]
    if system.product == "Amazon Linux" and version == (2,):
        version = AMAZON_LINUX_2
    same_major = version[0] == least[0]
    if same_major and len(version) < len(least):  # "RHEL 7" is before 7.4 or after it
        return None
    return True if version >= least else None if system.or_later else False


OWN_WINDOWS = frozenset({"2000", "2003", "2008", "2012", "2016", "2019"})
"""Versions of Windows Server that can run on EC2 under licences that one owns: those that were out before 1 October
2019 ("Microsoft licensing on AWS", FAQ, 2026).
"""


def own_windows_on_ec2(system: System) -> bool | None:
    """Whether a licence without a term, bought before October 2019, lets this Windows Server run on a Dedicated Host of
    EC2; None where the version is not known. Semi-annual releases ("20H2", "1909") need Software Assurance: no.
    """
    if not system.version or system.or_later:
        return None
    return system.version.split()[0] in OWN_WINDOWS


def is_older_windows(system: System) -> bool | None:
    """Whether it is a Windows of before Server 2016 and Windows 10; None where its name does not tell which it is."""
    if system.family != Family.WINDOWS:
        return None if system.family == Family.UNKNOWN else False
    if _is_before_windows_7(system):
        return True
    if not (version := numbers(system)):
        return None
    older = version[0] < FIRST_TESTED["server" if system.product == "Windows Server" else "client"]
    return None if older and system.or_later else older


def _is_before_windows_7(system: System) -> bool:
    """Whether it is a Windows NT, or one for desks of before Windows 7."""
    return system.product == WINDOWS_NT or (system.family == Family.WINDOWS and system.version.upper() in OLDER_WINDOWS)


def numbers(system: System) -> tuple[int, ...]:
    """A version as numbers ("12 SP5" → 12, 5; "2008 R2" → 2008, 2); a semi-annual release of Windows Server by its year
    ("1909", "20H2" → 2019, 2020).
    """
    if system.product == "Windows Server" and (semi_annual := SEMI_ANNUAL.fullmatch(system.version)):
        return (2000 + int(semi_annual[1]),)
    return tuple(int(part) for part in re.findall(r"\d+", system.version))
