"""Assumptions about guests in operation: what their snapshots grow by, and what a hypervisor sees of their memory."""

from django.utils.translation import gettext_lazy as _

from virtlab.labs.parameters import ParameterSpec

GROUP = "operations"
GROUP_NAME = _("VMs and hosts in operation")
OPERATIONS = (
    ParameterSpec(
        key="delta_pct_per_day",
        label=_("Blocks rewritten per day"),
        unit=_("% of the disk in use"),
        default=2.0,
        minimum=0.0,
        maximum=100.0,
        step=0.5,
        group=GROUP,
        source=_("What a running VM writes anew grows its snapshot's delta disk. A week's backups show your own."),
        source_date="2026-11",
    ),
    ParameterSpec(
        key="touched_memory_pct",
        label=_("Memory that a VM has touched since its start"),
        unit=_("% of its memory"),
        default=75.0,
        minimum=0.0,
        maximum=100.0,
        step=5.0,
        group=GROUP,
        source=_("A guest's caches fill its memory over time, and its hypervisor cannot see what is free again."),
        source_date="2026-11",
    ),
    ParameterSpec(
        key="update_gib",
        label=_("Data written by an update of a guest OS"),
        unit="GiB",
        default=2.0,
        minimum=0.01,
        maximum=100.0,
        step=0.5,
        group=GROUP,
        source=_("A month's patches of a server system, unpacked."),
        source_date="2026-11",
    ),
    ParameterSpec(
        key="update_s",
        label=_("Duration of an update of a guest OS"),
        unit="s",
        default=600.0,
        minimum=1.0,
        maximum=14_400.0,
        step=60.0,
        group=GROUP,
        source=_("Ten minutes for a month's patches; twice as long under Windows here."),
        source_date="2026-11",
    ),
    ParameterSpec(
        key="host_repair_s",
        label=_("Repair of a failed host"),
        unit="s",
        default=14_400.0,
        minimum=60.0,
        maximum=604_800.0,
        step=600.0,
        group=GROUP,
        source=_("A part replaced on site within four hours, as support contracts offer it."),
        source_date="2026-11",
    ),
    ParameterSpec(
        key="host_install_s",
        label=_("Installing a hypervisor on a host"),
        unit="s",
        default=1_800.0,
        minimum=60.0,
        maximum=86_400.0,
        step=300.0,
        group=GROUP,
        source=_("Unattended, from an image over the network, settings included."),
        source_date="2026-11",
    ),
)
