"""Until when makers support their systems, and which of these have the drivers that EC2's Nitro machines need.

Dates are those of the standard support that everybody gets, without what is paid for beyond it (ESU, ELS, LTSS, ESM).
Read in November 2026 from the makers' life-cycle pages as endoflife.date lists them; a version that was not found there
or in the catalogue of images is not in the table.
"""

import re
from datetime import date
from typing import NamedTuple

from virtlab.engine.systems.system import WINDOWS_NT, Family, System


class Support(NamedTuple):
    """The last day of a product's versions, and whose page says so."""

    source: str
    source_date: str
    ends: dict[str, str]


READ = "2026-11"
SUPPORT = {
    "Windows Server": Support(
        "Microsoft Lifecycle: end of extended support",
        READ,
        {
            "2000": "2010-07-13",
            "2003": "2015-07-14",
            "2003 R2": "2015-07-14",
            "2008": "2020-01-14",
            "2008 R2": "2020-01-14",
            "2012": "2023-10-10",
            "2012 R2": "2023-10-10",
            "2016": "2027-01-12",
            "2019": "2029-01-09",
            "2022": "2031-10-14",
            "2025": "2034-11-14",
        },
    ),
    "Windows": Support(
        "Microsoft Lifecycle: end of extended support",
        READ,
        {
            "XP": "2014-04-08",
            "Vista": "2017-04-11",
            "7": "2020-01-14",
            "8.1": "2023-01-10",
            "10": "2025-10-14",
        },
    ),
    "RHEL": Support(
        "Red Hat Enterprise Linux Life Cycle: end of maintenance support",
        READ,
        {
            "4": "2012-02-29",
            "5": "2017-03-31",
            "6": "2020-11-30",
            "7": "2024-06-30",
            "8": "2029-05-31",
            "9": "2032-05-31",
            "10": "2035-05-31",
        },
    ),
    "CentOS": Support(
        "CentOS wiki, About/Product: end of life",
        READ,
        {"5": "2017-03-31", "6": "2020-11-30", "7": "2024-06-30", "8": "2021-12-31"},
    ),
    "Rocky Linux": Support("Rocky Linux wiki: end of life", READ, {"8": "2029-05-31", "9": "2032-05-31"}),
    "AlmaLinux": Support(
        "AlmaLinux wiki: end of security support", READ, {"8": "2029-03-01", "9": "2032-05-31", "10": "2035-05-31"}
    ),
    "Oracle Linux": Support(
        "Oracle Lifetime Support Policy: end of premier support",
        READ,
        {"6": "2021-03-01", "7": "2024-12-01", "8": "2029-07-01", "9": "2032-06-30"},
    ),
    "SLES": Support(
        "SUSE Product Support Lifecycle: end of general support",
        READ,
        {
            "10": "2013-07-31",
            "11": "2019-03-31",
            "12": "2024-10-31",
            "11 SP1": "2012-08-31",
            "11 SP2": "2014-01-31",
            "11 SP3": "2016-01-31",
            "11 SP4": "2019-03-31",
            "12 SP1": "2017-05-31",
            "12 SP2": "2018-03-31",
            "12 SP3": "2019-06-30",
            "12 SP4": "2020-06-30",
            "12 SP5": "2024-10-31",
            "15 SP1": "2021-01-31",
            "15 SP2": "2021-12-31",
            "15 SP3": "2022-12-31",
            "15 SP4": "2023-12-31",
            "15 SP5": "2024-12-31",
            "15 SP7": "2031-07-31",
        },
    ),
    "Ubuntu": Support(
        "Ubuntu release cycle: end of standard support",
        READ,
        {
            "12.04": "2017-04-28",
            "14.04": "2019-04-30",
            "16.04": "2021-04-30",
            "18.04": "2023-05-31",
            "20.04": "2025-05-31",
            "22.04": "2027-04-30",
            "24.04": "2029-04-30",
            "26.04": "2031-04-30",
        },
    ),
    "Debian": Support(
        "Debian releases: end of long-term support",
        READ,
        {
            "6": "2016-02-29",
            "7": "2018-05-31",
            "8": "2020-06-30",
            "9": "2022-07-01",
            "10": "2024-06-30",
            "11": "2026-08-31",
            "12": "2028-06-30",
            "13": "2030-06-30",
        },
    ),
    "Amazon Linux": Support(
        "Amazon Linux FAQs: end of support", READ, {"2018.03": "2023-12-31", "2": "2026-06-30", "2023": "2029-06-30"}
    ),
}
"""Versions of which a pack is named apart stand with it; without one they end with their last pack."""

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
    """The last day of its maker's standard support; None where the version or its date is not known."""
    support = SUPPORT.get(system.product)
    if support is None or not system.version or system.or_later:
        return None
    text = next((support.ends[key] for key in keys(system.version) if key in support.ends), None)
    return date.fromisoformat(text) if text else None


def support_source(system: System) -> str:
    """Whose page says so, with the month in which it was read; "" for a product of which none does."""
    support = SUPPORT.get(system.product)
    return f"{support.source} ({support.source_date})" if support else ""


def keys(version: str) -> list[str]:
    """A version as the table may list it: whole, and without its last numbers ("20.04.6" → 20.04)."""
    if "SP" in version or "R2" in version:
        return [version]
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
