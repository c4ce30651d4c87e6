"""Assumptions about Microsoft's licences in the cloud. What is a choice is off until somebody says otherwise."""

from django.utils.translation import gettext_lazy as _

from virtlab.labs.choices import FigureKind
from virtlab.labs.parameters import NO_YES, ParameterSpec
from virtlab.web.lazy_text import LazyText

GROUP, GROUP_NAME = "microsoft", _("Microsoft in the cloud")


def _switch(key: str, label: LazyText, source: LazyText, *, on: bool = False) -> ParameterSpec:
    return ParameterSpec(
        key=key,
        label=label,
        unit="",
        default=float(on),
        minimum=0.0,
        maximum=1.0,
        step=1.0,
        group=GROUP,
        source=source,
        source_date="2026",
        options=NO_YES,
    )


def _sql(edition: str, label: LazyText, usd: float) -> ParameterSpec:
    return ParameterSpec(
        key=f"sql_{edition}_usd_per_vcpu_hour",
        label=label,
        unit=_("USD per vCPU-hour"),
        default=usd,
        minimum=0.0,
        maximum=5.0,
        step=0.001,
        group=GROUP,
        source=_(
            "“Optimize CPUs for License-Included instances”, Amazon EC2 User Guide: Windows with SQL Server 0.063 "
            "(Web), 0.166 (Standard), 0.421 (Enterprise) per vCPU, less 0.046 for Windows. There is no Web edition of "
            "SQL Server 2025."
        ),
        source_date="2026",
        kind=FigureKind.DERIVED,
    )


SPECS = (
    ParameterSpec(
        key="windows_own_licences",
        label=_("Licences of Windows Server are brought"),
        unit="",
        default=0.0,
        minimum=0.0,
        maximum=2.0,
        step=1.0,
        group=GROUP,
        source=_(
            "Only licences bought before October 2019 without a term, or as a true-up of an Enterprise Agreement that "
            "ran then, of Windows Server 2019 and before, and on Dedicated Hosts alone (AWS, “Operating BYOL Windows "
            "Server workloads”). That today's licences are such is assumed: only you know. VMs with a later version "
            "keep the licence in an instance's price; whether those of which the inventory names no version do is "
            "yours to say. A host is licensed by all its cores, with Standard once for every two VMs. On hosts that "
            "today's licences do not cover AWS lends Windows Server; on all from the month in which your hosts' "
            "licences would be bought again, since what is bought now may not be brought. Software Assurance for all "
            "keeps them."
        ),
        source_date="2026",
        options=(
            (0.0, _("no")),
            (1.0, _("of VMs known to run 2019 or before")),
            (2.0, _("also of VMs whose version is not known")),
        ),
    ),
    _switch(
        "client_own_hardware",
        _("Windows clients run on hardware of their own"),
        _(
            "Microsoft lends no licence of a client to shared hardware of a cloud: Dedicated Hosts or Instances, with "
            "the fee of the region. The client's own licence is not counted."
        ),
        on=True,
    ),
    ParameterSpec(
        key="dedicated_surcharge_pct",
        label=_("What hardware of one's own costs above shared hardware"),
        unit="%",
        default=10.0,
        minimum=0.0,
        maximum=100.0,
        step=1.0,
        group=GROUP,
        source=_(
            "AWS price list: dedicated tenancy is listed 6, 7, 10 or 11 % above shared. Dedicated Hosts are whole ones."
        ),
        source_date="2025-03-02",
        kind=FigureKind.ESTIMATE,
    ),
    ParameterSpec(
        key="dedicated_region_usd_per_hour",
        label=_("Dedicated instances, for each region in which any run"),
        unit=_("USD per hour"),
        default=2.0,
        minimum=0.0,
        maximum=20.0,
        step=0.1,
        group=GROUP,
        source=_("Amazon EC2 Dedicated Instances, pricing: 2 USD an hour for each region in which at least one runs."),
        source_date="2026",
        kind=FigureKind.LIST,
    ),
    ParameterSpec(
        key="sql_server_edition",
        label=_("SQL Server, rented with its instances"),
        unit="",
        default=0.0,
        minimum=0.0,
        maximum=3.0,
        step=1.0,
        group=GROUP,
        source=_(
            "Recognised by the names of VM and application, see “SQL Server on your hosts”. With License Mobility, "
            "which Software Assurance gives, licences that one owns run on shared hardware too: where it is counted on "
            "your hosts and nothing is rented, they are counted here too, by vCPU of its instances, with Software "
            "Assurance. Where it is rented and not put in for your hosts, these have the same edition. Web is only "
            "rented, and only for public web pages (Amazon RDS User Guide): hosts have Standard then, which can do "
            "more, and the answer says that the sides are not alike."
        ),
        source_date="2026",
        options=((0.0, _("not rented")), (1.0, "Web"), (2.0, "Standard"), (3.0, "Enterprise")),
    ),
    _sql("web", _("SQL Server Web"), 0.017),
    _sql("standard", _("SQL Server Standard"), 0.12),
    _sql("enterprise", _("SQL Server Enterprise"), 0.375),
)
