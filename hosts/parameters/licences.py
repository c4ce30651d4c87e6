"""Assumptions about licences of hypervisors and operating systems."""

from django.utils.translation import gettext_lazy as _

from virtlab.labs.choices import FigureKind
from virtlab.labs.parameters import ParameterSpec
from virtlab.web.lazy_text import LazyText

INCLUDED = _("Free of charge, or included in the operating system. A support subscription would go here.")


def _hypervisor(key: str, label: LazyText, default: float, source: LazyText, kind: str) -> ParameterSpec:
    return ParameterSpec(
        key=key,
        label=label,
        unit=_("USD per core and year"),
        default=default,
        minimum=0.0,
        maximum=1_000.0,
        step=5.0,
        group="licences",
        source=source,
        source_date="2026-07",
        kind=kind,
    )


LICENCES = (
    _hypervisor(
        "esxi_usd_per_core_year",
        _("Licence of VMware ESXi"),
        135.0,
        _(
            "VMware vSphere Foundation, 3-year term; 1 year 150, 5 years 120; Cloud Foundation 395, 350, 315. "
            "From secondary sources."
        ),
        FigureKind.ESTIMATE,
    ),
    _hypervisor("hyperv_usd_per_core_year", _("Licence of Hyper-V"), 0.0, INCLUDED, FigureKind.ASSUMPTION),
    _hypervisor("kvm_usd_per_core_year", _("Licence of KVM or Xen"), 0.0, INCLUDED, FigureKind.ASSUMPTION),
    _hypervisor(
        "desktop_usd_per_core_year", _("Licence of a desktop hypervisor"), 0.0, INCLUDED, FigureKind.ASSUMPTION
    ),
    ParameterSpec(
        key="licence_min_cores_per_cpu",
        label=_("Fewest cores licensed per CPU"),
        unit=_("cores"),
        default=16.0,
        minimum=1.0,
        maximum=64.0,
        step=1.0,
        group="licences",
        source="Broadcom, counting cores for VMware subscriptions: at least 16 for each CPU",
        source_date="2026",
        kind=FigureKind.ESTIMATE,
    ),
    ParameterSpec(
        key="windows_datacenter_usd_per_16_cores",
        label=_("Windows Server Datacenter"),
        unit=_("USD per 16 cores"),
        default=6_155.0,
        minimum=0.0,
        maximum=20_000.0,
        step=5.0,
        group="licences",
        source=_("Microsoft's list price as secondary sources give it; covers any number of VMs on a host."),
        source_date="2026",
        kind=FigureKind.ESTIMATE,
    ),
    ParameterSpec(
        key="windows_standard_usd_per_16_cores",
        label=_("Windows Server Standard"),
        unit=_("USD per 16 cores"),
        default=1_069.0,
        minimum=0.0,
        maximum=20_000.0,
        step=5.0,
        group="licences",
        source=_("Microsoft's list price as secondary sources give it; covers a physical server, or two VMs."),
        source_date="2026",
        kind=FigureKind.ESTIMATE,
    ),
    ParameterSpec(
        key="linux_subscription_usd_per_year",
        label=_("Enterprise Linux subscription"),
        unit=_("USD per system and year"),
        default=400.0,
        minimum=0.0,
        maximum=5_000.0,
        step=10.0,
        group="licences",
        source=_(
            "Half of a standard subscription of about 800 USD, which covers two VMs. Counted for Red Hat and SUSE."
        ),
        source_date="2026-07",
    ),
)
