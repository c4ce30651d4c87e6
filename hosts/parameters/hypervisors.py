"""Assumptions about licences of hypervisors: by core, CPU, host or VM, whatever their makers count."""

from django.utils.translation import gettext_lazy as _

from virtlab.labs.choices import FigureKind
from virtlab.labs.parameters import ParameterSpec
from virtlab.web.lazy_text import LazyText

VMWARE_KEY = "esxi_usd_per_core_year"
VMWARE_USD_PER_CORE_YEAR = {
    1: {1: 150.0, 3: 135.0, 5: 120.0},
    2: {1: 395.0, 3: 350.0, 5: 315.0},
}
"""By edition (1 vSphere Foundation, 2 Cloud Foundation) and years of the term: indicative list prices of 2026 from
secondary sources, as the parameter of the edition says."""
INCLUDED = _("Free of charge, or included in the operating system. A support subscription would go here.")
KVM_SUBSCRIPTIONS = _(
    "Off until you put in your own. Proxmox counts CPUs, with new prices each January (5 to 10 % more in 2024: "
    "classact.co.jp), Red Hat pairs of CPUs (redhat.com), Nutanix cores."
)
HYPERV_SUBSCRIPTIONS = _("Off until you put in your own: what manages or supports Hyper-V beyond Windows Server.")
UNITS = {
    "core": _("USD per core and year"),
    "socket": _("USD per CPU and year"),
    "host": _("USD per host and year"),
    "vm": _("USD per VM and year"),
}
MOST = {"core": 1_000.0, "socket": 20_000.0, "host": 50_000.0, "vm": 2_000.0}


def _price(
    key: str, label: LazyText, source: LazyText, default: float = 0.0, kind: str = "assumption"
) -> ParameterSpec:
    metric = key.rsplit("_", maxsplit=2)[1]
    return ParameterSpec(
        key=key,
        label=label,
        unit=UNITS[metric],
        default=default,
        minimum=0.0,
        maximum=MOST[metric],
        step=5.0,
        group="licences",
        source=source,
        source_date="2026-11" if metric != "core" else "2026-06",
        kind=kind,
    )


VMWARE = (
    _price(
        VMWARE_KEY,
        _("Licence of VMware ESXi"),
        _(
            "VMware vSphere Foundation on a 3-year term (redresscompliance.com, atonementlicensing.com, 2026: others' "
            "reports, since no price list of Broadcom's own was found); for other terms and Cloud Foundation choose "
            "VMware's edition. Quotations of up to 190 for vSphere Foundation are reported: put in yours."
        ),
        VMWARE_USD_PER_CORE_YEAR[1][3],
        FigureKind.ESTIMATE,
    ),
    ParameterSpec(
        key="vmware_edition",
        label=_("VMware's edition"),
        unit="",
        default=0.0,
        minimum=0.0,
        maximum=2.0,
        step=1.0,
        group="licences",
        source=_(
            "List prices a core and year for terms of 1, 3 and 5 years: vSphere Foundation 150, 135, 120, Cloud "
            "Foundation 395, 350, 315 USD. From secondary sources; redresscompliance.com (June 2026) gives 135 and 350."
        ),
        source_date="2026-06",
        kind=FigureKind.ESTIMATE,
        options=((0.0, _("at the price given above")), (1.0, "vSphere Foundation"), (2.0, "Cloud Foundation")),
    ),
    ParameterSpec(
        key="vmware_term_years",
        label=_("Term of VMware's subscription"),
        unit=_("years"),
        default=3.0,
        minimum=1.0,
        maximum=5.0,
        step=1.0,
        group="licences",
        source=_("Terms of 1, 3 and 5 years are sold. The first one is taken to begin now."),
        source_date="2026-06",
        options=((1.0, "1"), (3.0, "3"), (5.0, "5")),
    ),
    ParameterSpec(
        key="vmware_renewal_uplift_pct",
        label=_("Rise of VMware's price at each renewal"),
        unit="%",
        default=0.0,
        minimum=0.0,
        maximum=300.0,
        step=5.0,
        group="licences",
        source=_("0 until you know better: what is asked at a renewal is not published."),
        source_date="2026-11",
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
        key="vmware_min_cores_per_order",
        label=_("Fewest cores of an order of VMware"),
        unit=_("cores"),
        default=72.0,
        minimum=0.0,
        maximum=1_000.0,
        step=8.0,
        group="licences",
        source=_(
            "72 from 10 April 2025, in force in 2026 (redresscompliance.com, June 2026; atonementlicensing.com; "
            "otava.com, March 2026); anystackarchitect.com says that it was taken back. 0 where your order has none."
        ),
        source_date="2026-06",
    ),
)
OTHERS = (
    _price("hyperv_usd_per_core_year", _("Licence of Hyper-V"), INCLUDED),
    _price("hyperv_usd_per_socket_year", _("Subscription of Hyper-V, by CPU"), HYPERV_SUBSCRIPTIONS),
    _price("hyperv_usd_per_host_year", _("Subscription of Hyper-V, by host"), HYPERV_SUBSCRIPTIONS),
    _price("hyperv_usd_per_vm_year", _("Subscription of Hyper-V, by VM"), HYPERV_SUBSCRIPTIONS),
    _price("kvm_usd_per_core_year", _("Licence of KVM or Xen"), INCLUDED),
    _price("kvm_usd_per_socket_year", _("Subscription of KVM or Xen, by CPU"), KVM_SUBSCRIPTIONS),
    _price("kvm_usd_per_host_year", _("Subscription of KVM or Xen, by host"), KVM_SUBSCRIPTIONS),
    _price("kvm_usd_per_vm_year", _("Subscription of KVM or Xen, by VM"), KVM_SUBSCRIPTIONS),
    _price("desktop_usd_per_core_year", _("Licence of a desktop hypervisor"), INCLUDED),
)
HYPERVISORS = (*VMWARE, *OTHERS)
