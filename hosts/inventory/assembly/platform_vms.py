"""VMs that serve the platform and are no workloads: told by name and system, set apart, and named as such.

Names are those that their makers give: VMware, "vSphere Cluster Services" (vCLS-<UUID>, vCLS (n)); "vSphere Pods" (CRX)
and SupervisorControlPlaneVM; deployment guides of NSX, vCenter Server Appliance, HCX (interconnect appliances
"…-IX-I1", "…-NE-I1") and vSAN; Nutanix, "Controller VM" (NTNX-…-CVM). Whoever names a workload so takes it back.
"""

import re
from typing import NamedTuple

from hosts.choices import SetApart
from hosts.inventory.problems import ProblemLog
from hosts.inventory.rows import Inventory, VmRow


class PlatformRule(NamedTuple):
    """A kind of platform VM: what its name or its system looks like."""

    kind: SetApart
    name: re.Pattern[str]
    system: re.Pattern[str] | None = None


def rule(kind: SetApart, name: str, system: str = "") -> PlatformRule:
    """Patterns without regard to case; an empty one for the system is none."""
    return PlatformRule(kind, re.compile(name, re.IGNORECASE), re.compile(system, re.IGNORECASE) if system else None)


RULES = (
    rule(SetApart.VCLS, r"^vcls([-_ (]|$)"),
    rule(SetApart.POD, r"^supervisorcontrolplanevm", r"\bcrx\b"),
    rule(SetApart.NSX, r"^nsx[-_ ]?(t|v)?[-_ ]?(edge|manager|mgr|controller|ctrl|esg|dlr|global|\d)"),
    rule(SetApart.VCENTER, r"^(vcsa|vcenter|vmware[-_ ]vcenter|vmware[-_ ]vcsa)([-_ .\d]|$|server)"),
    rule(SetApart.HCX, r"^hcx([-_ .\d]|$)|-(ix|ne|wo)-i\d+$"),
    rule(SetApart.VSAN, r"^vsan file service node|vsan[-_ ]?witness"),
    rule(SetApart.NUTANIX, r"^ntnx-.*-cvm$"),
)


def set_platform_apart(inventory: Inventory, log: ProblemLog) -> None:
    """Marks VMs that serve the platform or stand for others; each is noted. Placeholders cannot run."""
    for vm in inventory.vms:
        vm.set_apart = vm.set_apart or kind_of(vm)
        if vm.set_apart:
            log.add("set-apart", tab=inventory.tab_of(vm), row=vm.row, value=vm.name, rule=NAMES[vm.set_apart])


def kind_of(vm: VmRow) -> str:
    """Which kind of platform VM it is, "" for none. A template is none: it is apart anyway."""
    if vm.is_template:
        return SetApart.NO.value
    return next((rule.kind for rule in RULES if fits(rule, vm)), SetApart.NO).value


def fits(rule: PlatformRule, vm: VmRow) -> bool:
    """Whether its name or its system is as the rule says."""
    by_system = rule.system is not None and rule.system.search(vm.os_text)
    return bool(rule.name.search(vm.name) or by_system)


NAMES = {
    SetApart.VCLS.value: "vCLS",
    SetApart.POD.value: "CRX",
    SetApart.NSX.value: "NSX",
    SetApart.VCENTER.value: "vCenter Server",
    SetApart.HCX.value: "HCX",
    SetApart.VSAN.value: "vSAN",
    SetApart.NUTANIX.value: "Nutanix CVM",
    SetApart.PLACEHOLDER.value: "Site Recovery",
}
"""Proper names, the same in every language."""
