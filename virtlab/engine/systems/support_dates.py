"""Until when makers support their systems, and until when they sell updates beyond that.

Read in November 2026 from the makers' life-cycle pages as endoflife.date lists them; a version that was not found there
or in the catalogue of images is not in the table. Beyond it: Windows 10 (three years, to 10 October 2028), Windows 11,
SLES 15 SP6 (SUSE, "The 2026 Support Gap": December 2025, sold to December 2028), Ubuntu 14.04 and 16.04 (Canonical,
Legacy add-on, November 2025: 15 years), Oracle Linux 7 (Lifetime Support Policy, 2025: June 2028). Updates of Windows
Server 2008 were sold a year longer on Azure alone, to 9 January 2024.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Support(NamedTuple):
    """The last day of support of a product's versions, and whose page says so. `sold`: the last day of the updates that
    its maker sells beyond it (ESU, ELS, LTSS, ESM), of those versions that have any. `volunteers`: it is not its maker
    who supports it so long.
    """

    source: str
    source_date: str
    ends: dict[str, str]
    sold: Mapping[str, str] = MappingProxyType({})
    volunteers: bool = False


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
        sold={
            "2008": "2023-01-10",
            "2008 R2": "2023-01-10",
            "2012": "2026-10-13",
            "2012 R2": "2026-10-13",
            "2016": "2030-01-12",
        },
    ),
    "Windows": Support(
        "Microsoft Lifecycle: end of extended support, of Windows 11 that of Enterprise and Education",
        READ,
        {
            "XP": "2014-04-08",
            "Vista": "2017-04-11",
            "7": "2020-01-14",
            "8.1": "2023-01-10",
            "10": "2025-10-14",
            "11 21H2": "2024-10-08",
            "11 22H2": "2025-10-14",
            "11 23H2": "2026-11-10",
            "11 24H2": "2027-10-12",
            "11 25H2": "2028-10-10",
        },
        sold={
            "7": "2023-01-10",
            "10": "2028-10-10",
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
        sold={
            "4": "2017-03-31",
            "5": "2020-11-30",
            "6": "2024-06-30",
            "7": "2028-06-30",
            "8": "2032-05-31",
            "9": "2035-05-31",
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
        sold={"6": "2024-12-01", "7": "2028-06-30", "8": "2031-07-01", "9": "2034-06-30"},
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
            "15 SP6": "2025-12-31",
            "15 SP7": "2031-07-31",
        },
        sold={
            "10": "2016-07-30",
            "11": "2022-03-31",
            "12": "2027-10-31",
            "11 SP1": "2015-08-30",
            "11 SP2": "2017-01-30",
            "11 SP3": "2019-01-30",
            "11 SP4": "2022-03-31",
            "12 SP1": "2020-05-31",
            "12 SP2": "2021-03-31",
            "12 SP3": "2022-06-30",
            "12 SP4": "2023-06-30",
            "12 SP5": "2027-10-31",
            "15 SP1": "2024-01-31",
            "15 SP2": "2024-12-31",
            "15 SP3": "2025-12-31",
            "15 SP4": "2026-12-31",
            "15 SP5": "2027-12-31",
            "15 SP6": "2028-12-31",
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
        sold={
            "12.04": "2019-04-26",
            "14.04": "2029-04-30",
            "16.04": "2031-04-30",
            "18.04": "2028-04-01",
            "20.04": "2030-04-02",
            "22.04": "2032-04-09",
            "24.04": "2036-05-31",
            "26.04": "2036-04-30",
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
        volunteers=True,
    ),
    "FreeBSD": Support(
        "FreeBSD, supported releases: end of life of the branch",
        READ,
        {
            "9": "2016-12-31",
            "10": "2018-10-31",
            "11": "2021-09-30",
            "12": "2023-12-31",
            "13": "2026-04-30",
            "14": "2028-11-30",
            "15": "2029-12-31",
        },
    ),
    "Amazon Linux": Support(
        "Amazon Linux FAQs: end of support", READ, {"2018.03": "2023-12-31", "2": "2026-06-30", "2023": "2029-06-30"}
    ),
}
"""Versions of which a pack is named apart stand with it; without one they end with their last pack."""
