"""What the names of operating systems say."""

from datetime import date

import pytest

from virtlab.engine.systems.names import system_of
from virtlab.engine.systems.support import (
    has_nitro_drivers,
    is_undated,
    support_ends,
    support_source,
    supported_by_volunteers,
    updates_sold_until,
)
from virtlab.engine.systems.support_dates import SUPPORT
from virtlab.engine.systems.system import Family

W, L, U, B = Family.WINDOWS, Family.LINUX, Family.UNIX, Family.BSD


class TestProducts:
    @pytest.mark.parametrize(
        ("name", "family", "label"),
        [
            ("Microsoft Windows Server 2008 R2 (64-bit)", W, "Windows Server 2008 R2"),
            ("Microsoft Windows Server 2012 (64-bit)", W, "Windows Server 2012"),
            ("Microsoft Windows Server 2003 Standard (32-bit)", W, "Windows Server 2003"),
            ("Microsoft Windows Server 2016 or later (64-bit)", W, "Windows Server 2016"),
            ("Microsoft Windows Server Threshold (64-bit)", W, "Windows Server 2016"),
            ("Windows Server 2019 Datacenter", W, "Windows Server 2019"),
            ("Windows 2000 Server", W, "Windows Server 2000"),
            ("Microsoft Windows 2000 Server", W, "Windows Server 2000"),
            ("Microsoft Windows NT 4.0", W, "Windows NT 4.0"),
            ("Microsoft Windows NT Server 4.0", W, "Windows NT 4.0"),
            ("Microsoft Server 2016", W, "Windows Server 2016"),
            ("windows2019", W, "Windows Server 2019"),
            ("Windows Server, version 20H2", W, "Windows Server 20H2"),
            ("Microsoft Windows 7 (64-bit)", W, "Windows 7"),
            ("Microsoft Windows XP Professional (32-bit)", W, "Windows XP"),
            ("Microsoft Windows 8.1 (64-bit)", W, "Windows 8.1"),
            ("Windows 10 Enterprise", W, "Windows 10"),
            ("Microsoft Windows 11 (64-bit)", W, "Windows 11"),
            ("windows", W, "Windows"),
            ("Red Hat Fedora (64-bit)", L, "Fedora"),
            ("Fedora Linux 39", L, "Fedora 39"),
            ("Wind River Linux", L, "Wind River Linux"),
            ("Red Hat Enterprise Linux 6 (64-bit)", L, "RHEL 6"),
            ("Red Hat Enterprise Linux Server release 7.9 (Maipo)", L, "RHEL 7.9"),
            ("Red Hat Enterprise Linux 8 or later (64-bit)", L, "RHEL 8"),
            ("RHEL 9.2", L, "RHEL 9.2"),
            ("CentOS 4/5/6/7 (64-bit)", L, "CentOS"),
            ("CentOS Linux release 7.9.2009 (Core)", L, "CentOS 7.9.2009"),
            ("CentOS Stream 9", L, "CentOS Stream 9"),
            ("SUSE Linux Enterprise 11 (64-bit)", L, "SLES 11"),
            ("SUSE Linux Enterprise Server 12 SP5", L, "SLES 12 SP5"),
            ("SUSE Linux Enterprise Server for SAP Applications 15 SP3", L, "SLES 15 SP3"),
            ("SLES 15.4", L, "SLES 15.4"),
            ("SUSE openSUSE (64-bit)", L, "openSUSE"),
            ("openSUSE Leap 15.5", L, "openSUSE 15.5"),
            ("Ubuntu Linux (64-bit)", L, "Ubuntu"),
            ("Ubuntu 20.04.6 LTS", L, "Ubuntu 20.04.6"),
            ("Debian GNU/Linux 10 (64-bit)", L, "Debian 10"),
            ("Oracle Linux 7 (64-bit)", L, "Oracle Linux 7"),
            ("Oracle Linux 4/5/6 (64-bit)", L, "Oracle Linux"),
            ("Rocky Linux 9 (64-bit)", L, "Rocky Linux 9"),
            ("AlmaLinux 8.9", L, "AlmaLinux 8.9"),
            ("Amazon Linux 2 (64-bit)", L, "Amazon Linux 2"),
            ("VMware Photon OS (64-bit)", L, "Photon OS"),
            ("Asianux 4 (64-bit)", L, "Asianux 4"),
            ("Other 3.x or later Linux (64-bit)", L, "Linux"),
            ("Other 2.6.x Linux (64-bit)", L, "Linux"),
            ("Oracle Solaris 11 (64-bit)", U, "Solaris 11"),
            ("AIX 7.2", U, "AIX 7.2"),
            ("HP-UX 11.31", U, "HP-UX 11.31"),
            ("SCO OpenServer 5", U, "SCO UNIX 5"),
            ("FreeBSD 13 (64-bit)", B, "FreeBSD 13"),
            ("Apple macOS 12 (64-bit)", Family.MACOS, "macOS 12"),
            ("VMware ESXi 6.5", Family.APPLIANCE, "VMware ESXi 6.5"),
            ("Novell NetWare 6.x", Family.APPLIANCE, "NetWare 6"),
            ("Other (64-bit)", Family.UNKNOWN, ""),
            ("", Family.UNKNOWN, ""),
            ("darwinia web server", Family.UNKNOWN, ""),
            ("maximal", Family.UNKNOWN, ""),
        ],
    )
    def test_it_tells_product_and_version(self, name: str, family: Family, label: str) -> None:
        system = system_of(name)
        assert (system.family, system.label) == (family, label)

    @pytest.mark.parametrize(
        ("name", "client"),
        [
            ("Microsoft Windows 10 (64-bit)", True),
            ("Windows XP", True),
            ("Windows Server 2022", False),
            ("windows", False),
            ("Ubuntu Linux", False),
        ],
    )
    def test_it_tells_clients_from_servers(self, name: str, client: bool) -> None:
        assert system_of(name).client is client

    @pytest.mark.parametrize(
        ("name", "bits"),
        [
            ("Microsoft Windows Server 2003 (32-bit)", 32),
            ("Ubuntu Linux (64-bit)", 64),
            ("Windows Server 2019 x64", 64),
            ("linux x86_64", 64),
            ("Windows 7 x86", 32),
            ("Debian 12", 0),
        ],
    )
    def test_it_tells_how_many_bits(self, name: str, bits: int) -> None:
        assert system_of(name).bits == bits


class TestEc2:
    @pytest.mark.parametrize(
        ("name", "runs"),
        [
            ("Windows Server 2019", True),
            ("Ubuntu", True),
            ("FreeBSD 13", True),
            ("AIX 7.2", False),
            ("Oracle Solaris 10 (64-bit)", False),
            ("IBM i 7.4", False),
            ("z/OS 2.5", False),
            ("OpenVMS", False),
            ("HP-UX", False),
            ("VMware ESXi 6.5", False),
            ("Novell NetWare 6.x", False),
            ("Microsoft MS-DOS", False),
            ("Microsoft Windows NT 4.0", False),
            ("Microsoft Windows 2000 Server", False),
            ("Windows 2000 Professional", False),
            ("Windows 98", False),
            ("Windows Server 2003 (32-bit)", True),
            ("Windows XP Professional", True),
            ("what", None),
        ],
    )
    def test_it_says_whether_an_instance_can_run_it(self, name: str, runs: bool | None) -> None:
        assert system_of(name).runs_on_ec2 is runs

    @pytest.mark.parametrize(
        ("name", "drivers"),
        [
            ("Windows Server 2003 (32-bit)", False),
            ("Windows Server 2008", False),
            ("Windows Server 2008 R2", True),
            ("Windows Server 2019", True),
            ("RHEL 6.10", False),
            ("RHEL 7", None),
            ("RHEL 7.3", False),
            ("RHEL 7.9", True),
            ("RHEL 8", True),
            ("SUSE Linux Enterprise Server 12 SP1", False),
            ("SUSE Linux Enterprise Server 12 SP5", True),
            ("Ubuntu 14.04", False),
            ("Ubuntu 22.04.3", True),
            ("Ubuntu 16.04", True),
            ("Debian 8", False),
            ("Debian 9", True),
            ("CentOS release 5.9", False),
            ("CentOS 6 (64-bit)", False),
            ("CentOS 7.3", False),
            ("CentOS 7.9.2009", True),
            ("CentOS 7 (64-bit)", None),
            ("CentOS Stream 9", True),
            ("Oracle Linux 6", False),
            ("Oracle Linux 8", True),
            ("Rocky Linux 9", True),
            ("AlmaLinux 8.9", True),
            ("FreeBSD 10 (64-bit)", False),
            ("FreeBSD 11", None),
            ("FreeBSD 13", True),
            ("Amazon Linux 2017.09", False),
            ("Amazon Linux 2018.03", True),
            ("Amazon Linux 2", True),
            ("Amazon Linux 2023", True),
            ("Windows Server, version 20H2", True),
            ("Windows Server, version 1909", True),
            ("Microsoft Windows NT 4.0", False),
            ("Debian 12", True),
            ("Red Hat Enterprise Linux 6 or later", None),
            ("Windows 7", None),
            ("Windows XP Professional (32-bit)", False),
            ("Windows Vista", False),
            ("Ubuntu Linux (64-bit)", None),
        ],
    )
    def test_it_says_whether_it_has_the_drivers_of_nitro(self, name: str, drivers: bool | None) -> None:
        assert has_nitro_drivers(system_of(name)) is drivers


class TestSupport:
    @pytest.mark.parametrize(
        ("name", "ends"),
        [
            ("Microsoft Windows Server 2003 (32-bit)", date(2015, 7, 14)),
            ("Windows Server 2008 R2", date(2020, 1, 14)),
            ("Microsoft Windows Server 2025 (64-bit)", date(2034, 11, 14)),
            ("Windows 10", date(2025, 10, 14)),
            ("Red Hat Enterprise Linux Server release 7.9 (Maipo)", date(2024, 6, 30)),
            ("CentOS 8", date(2021, 12, 31)),
            ("SUSE Linux Enterprise 11 (64-bit)", date(2019, 3, 31)),
            ("SUSE Linux Enterprise Server 12 SP3", date(2019, 6, 30)),
            ("Ubuntu 20.04.6 LTS", date(2025, 5, 31)),
            ("Debian GNU/Linux 11", date(2026, 8, 31)),
            ("SUSE Linux Enterprise Server 15 SP6", date(2025, 12, 31)),
            ("Microsoft Windows 11 Enterprise, version 23H2 (64-bit)", date(2026, 11, 10)),
            ("Windows 11 24H2", date(2027, 10, 12)),
            ("Windows 10 Pro 22H2", date(2025, 10, 14)),
            ("FreeBSD 13.2 (64-bit)", date(2026, 4, 30)),
        ],
    )
    def test_it_knows_the_last_day_of_support(self, name: str, ends: date) -> None:
        assert support_ends(system_of(name)) == ends
        assert support_source(system_of(name)).endswith("(2026-11)")

    @pytest.mark.parametrize(
        "name",
        [
            "Microsoft Windows Server 2016 or later (64-bit)",
            "CentOS 4/5/6/7 (64-bit)",
            "Ubuntu Linux",
            "AIX 7.2",
            "SLES 15",
            "Windows 11",
        ],
    )
    def test_it_says_none_where_the_version_or_its_date_is_not_known(self, name: str) -> None:
        assert support_ends(system_of(name)) is None

    @pytest.mark.parametrize(
        ("name", "until"),
        [
            ("Windows Server 2012 R2", date(2026, 10, 13)),
            ("Windows Server 2008 R2", date(2023, 1, 10)),
            ("Windows 7", date(2023, 1, 10)),
            ("Windows Server 2003", None),
            ("Windows 8.1", None),
            ("CentOS 7", None),
            ("Amazon Linux 2", None),
            ("Red Hat Enterprise Linux 7.9", date(2028, 6, 30)),
            ("Ubuntu 16.04", date(2031, 4, 30)),
            ("SLES 12 SP5", date(2027, 10, 31)),
        ],
    )
    def test_it_knows_until_when_updates_are_sold(self, name: str, until: date | None) -> None:
        assert updates_sold_until(system_of(name)) == until

    @pytest.mark.parametrize(
        ("name", "undated"),
        [
            ("Solaris 11.4", True),
            ("Fedora 44", True),
            ("Ubuntu 23.10", True),
            ("SLES 15", False),
            ("Windows 11", False),
            ("Ubuntu Linux", False),
            ("Windows Server 2019", False),
        ],
    )
    def test_it_tells_what_has_no_date_from_what_is_not_stated(self, name: str, undated: bool) -> None:
        assert is_undated(system_of(name)) is undated

    def test_it_tells_long_term_support_by_volunteers_from_the_makers(self) -> None:
        assert supported_by_volunteers(system_of("Debian 12"))
        assert not supported_by_volunteers(system_of("Ubuntu 22.04"))

    def test_it_sells_nothing_that_ends_before_its_support(self) -> None:
        for support in SUPPORT.values():
            assert all(day > support.ends[version] for version, day in support.sold.items())

    def test_it_lists_only_days(self) -> None:
        for support in SUPPORT.values():
            assert all(date(2009, 1, 1) < date.fromisoformat(text) < date(2040, 1, 1) for text in support.ends.values())
