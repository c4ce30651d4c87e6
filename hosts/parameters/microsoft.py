"""Assumptions about licences of Windows Server and SQL Server."""

from django.utils.translation import gettext_lazy as _

from virtlab.labs.choices import FigureKind
from virtlab.labs.parameters import NO_YES, ParameterSpec

SQL_PRICES = _(
    "Half of a pack of two cores: 3,945 USD Standard, 15,123 USD Enterprise (redresscompliance.com, SQL Server 2022; "
    "it reports 9 % more for Enterprise 2025). At least four cores count for a VM or a CPU."
)

HYPERV_HOSTS_KEY = "hyperv_hosts_licensed"
"""The parameter of whether hosts with Hyper-V have a licence of Windows Server whatever runs on them."""

MICROSOFT = (
    ParameterSpec(
        key="windows_datacenter_usd_per_16_cores",
        label=_("Windows Server Datacenter"),
        unit=_("USD per 16 cores"),
        default=6_771.0,
        minimum=0.0,
        maximum=20_000.0,
        step=5.0,
        group="licences",
        source=_(
            "Suggested price of Windows Server 2025 (microsoft.com/windows-server/pricing, as API Evangelist cites it, "
            "May 2026); that of 2022, 6,155 USD, is what some sources of 2026 still give (licenseday.com, "
            "itnegotiationservices.com). Covers any number of VMs on a host."
        ),
        source_date="2026-05",
        kind=FigureKind.ESTIMATE,
    ),
    ParameterSpec(
        key="windows_standard_usd_per_16_cores",
        label=_("Windows Server Standard"),
        unit=_("USD per 16 cores"),
        default=1_176.0,
        minimum=0.0,
        maximum=20_000.0,
        step=5.0,
        group="licences",
        source=_(
            "Suggested price of Windows Server 2025 (microsoft.com/windows-server/pricing, as API Evangelist cites it, "
            "May 2026); that of 2022, 1,069 USD, is what some sources of 2026 still give (licenseday.com, "
            "itnegotiationservices.com). Covers a physical server, or two VMs."
        ),
        source_date="2026-05",
        kind=FigureKind.ESTIMATE,
    ),
    ParameterSpec(
        key="windows_by_vm",
        label=_("Windows Server Standard by VM, where that is cheaper"),
        unit="",
        default=0.0,
        minimum=0.0,
        maximum=1.0,
        step=1.0,
        group="licences",
        source=_(
            "All vCPU of each VM, at least 8; only with Software Assurance or as a subscription, the users' CALs too "
            "(Microsoft, October 2022; samexpert.com). That is counted, and the cheapest edition is chosen with it."
        ),
        source_date="2022-10",
        options=NO_YES,
    ),
    ParameterSpec(
        key=HYPERV_HOSTS_KEY,
        label=_("Windows Server licensed on Hyper-V hosts without Windows VMs"),
        unit="",
        default=1.0,
        minimum=0.0,
        maximum=1.0,
        step=1.0,
        group="licences",
        source=_(
            "Hyper-V is a part of Windows Server, so the host itself has one: all its cores, once with Standard, which "
            "suffices where it only runs and manages VMs (itcgeorgia.ge, mochiai.blog); VMs with Linux count for none "
            "(learn.microsoft.com/answers/questions/2244997, April 2025), and users of such a host need no CAL "
            "(techtarget.com). “No” where your hosts run Hyper-V Server, which was free of charge; 2019 was its last "
            "version (wikipedia.org, Hyper-V)."
        ),
        source_date="2025-04",
        options=NO_YES,
    ),
    ParameterSpec(
        key="software_assurance_pct",
        label=_("Software Assurance of all licences"),
        unit=_("% of the licences' price per year"),
        default=0.0,
        minimum=0.0,
        maximum=100.0,
        step=1.0,
        group="licences",
        source=_(
            "Off: counted only where a licence needs it. 25 % a year for server products (redresscompliance.com). What "
            "has it is never bought again, since it gives each new version (Microsoft Volume Licensing, “New Version "
            "Rights with Software Assurance Explained”, 2013)."
        ),
        source_date="2026",
    ),
    ParameterSpec(
        key="needed_assurance_pct",
        label=_("Software Assurance where a licence needs it"),
        unit=_("% of the licences' price per year"),
        default=25.0,
        minimum=0.0,
        maximum=100.0,
        step=1.0,
        group="licences",
        source=_(
            "25 % a year for server products (directionsonmicrosoft.com, 2020). Needed by Windows Server by VM, and "
            "since SQL Server 2022 by SQL Server by VM and by Enterprise for any number of VMs on a host "
            "(softtrader.eu, redresscompliance.com). Where all licences have it, theirs counts instead. What has it is "
            "never bought again; at 0 it is, with the hosts."
        ),
        source_date="2026",
        kind=FigureKind.ESTIMATE,
    ),
    ParameterSpec(
        key="windows_cal_users",
        label=_("Users of Windows Server with a CAL"),
        unit=_("users"),
        default=0.0,
        minimum=0.0,
        maximum=1_000_000.0,
        step=1.0,
        group="licences",
        source=_(
            "Off: an inventory does not tell how many use the servers, and Microsoft 365 E3 and E5 include the CAL "
            "(industrialmonitordirect.com, 2026). Each user or device needs one on-prem, and in the cloud where "
            "licences of Windows Server are brought; those that AWS lends include access. Remote Desktop CALs are not "
            "counted."
        ),
        source_date="2026",
    ),
    ParameterSpec(
        key="windows_cal_usd",
        label=_("CAL of Windows Server"),
        unit=_("USD per user"),
        default=45.0,
        minimum=0.0,
        maximum=500.0,
        step=1.0,
        group="licences",
        source=_("An assumption: put in your agreement's price. 30 to 60 USD would surprise nobody."),
        source_date="2026-11",
    ),
    ParameterSpec(
        key="sql_edition",
        label=_("SQL Server on your hosts"),
        unit="",
        default=0.0,
        minimum=0.0,
        maximum=3.0,
        step=1.0,
        group="licences",
        source=_(
            "For running VMs on which it is recognised: “sql” anywhere in the name of the application, or of the VM "
            "where no application names a database; not MySQL, PostgreSQL or NoSQL, nor Express and Developer, which "
            "are free of charge; on Linux only “SQL Server” or “MSSQL”. The answer says on how many VMs. Reporting, "
            "Analysis and Integration Services count too: SQL Server is licensed with its parts as a whole, for each "
            "system that has one of them, wherever the database is (Microsoft's licensing guide of 2012 as Flexera "
            "cites it; of 2022, atonementlicensing.com; dcac.com). Licensing VMs, and any number of VMs on hosts with "
            "Enterprise, needs Software Assurance since SQL Server 2022 "
            "(redresscompliance.com), which is counted. Where nothing is put in and the cloud rents it, that edition "
            "is counted here too, by VM; for Web, which is not sold for one's own hosts, Standard."
        ),
        source_date="2026",
        options=(
            (0.0, _("as the cloud rents it, else not counted")),
            (1.0, _("Standard, by VM")),
            (2.0, _("Enterprise, by VM")),
            (3.0, _("Enterprise, all cores of hosts")),
        ),
    ),
    ParameterSpec(
        key="sql_standard_usd_per_core",
        label=_("SQL Server Standard"),
        unit=_("USD per core"),
        default=1_972.5,
        minimum=0.0,
        maximum=20_000.0,
        step=0.5,
        group="licences",
        source=SQL_PRICES,
        source_date="2026",
        kind=FigureKind.ESTIMATE,
    ),
    ParameterSpec(
        key="sql_enterprise_usd_per_core",
        label=_("SQL Server Enterprise"),
        unit=_("USD per core"),
        default=7_561.5,
        minimum=0.0,
        maximum=50_000.0,
        step=0.5,
        group="licences",
        source=SQL_PRICES,
        source_date="2026",
        kind=FigureKind.ESTIMATE,
    ),
)
