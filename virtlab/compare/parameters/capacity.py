"""Assumptions about how tightly work may be packed, on either side."""

from django.utils.translation import gettext_lazy as _

from virtlab.labs.choices import FigureKind
from virtlab.labs.parameters import ParameterSpec

CAPACITY = (
    ParameterSpec(
        key="percentile",
        label=_("Percentile of demand to size for"),
        unit="%",
        default=95.0,
        minimum=50.0,
        maximum=100.0,
        step=1.0,
        group="capacity",
        source=_("Right-sizing tools look at the 95th to 99.5th percentile; 100 means the highest sample."),
        source_date="2026-07",
    ),
    ParameterSpec(
        key="headroom_pct",
        label=_("Headroom above that demand"),
        unit="%",
        default=20.0,
        minimum=0.0,
        maximum=200.0,
        step=5.0,
        group="capacity",
        source=_("Room for growth and for peaks shorter than a sample."),
        source_date="2026-07",
    ),
    ParameterSpec(
        key="memory_floor_pct",
        label=_("Memory kept when right-sizing, at least"),
        unit=_("% of today's"),
        default=50.0,
        minimum=0.0,
        maximum=100.0,
        step=5.0,
        group="capacity",
        source=_(
            "A trace shows memory touched lately. Caches and a start need more, so not all of the rest is given up. "
            "50 % means one step down at most: memory of instance types goes in powers of two, so that 51 % keeps most "
            "at their size, and below 50 % little more changes."
        ),
        source_date="2026-07",
    ),
    ParameterSpec(
        key="cpu_overcommit",
        label=_("vCPU allocated per physical core, at most"),
        unit=_("vCPU per core"),
        default=8.0,
        minimum=1.0,
        maximum=32.0,
        step=0.5,
        group="capacity",
        source=_(
            "Books start at 4 without measurements. Here the measured demand limits each host as well, so more may be "
            "allocated."
        ),
        source_date="2026-07",
    ),
    ParameterSpec(
        key="unmeasured_vcpu_per_core",
        label=_("vCPU per physical core where nobody knows the demand"),
        unit=_("vCPU per core"),
        default=4.0,
        minimum=1.0,
        maximum=32.0,
        step=0.5,
        group="capacity",
        source=_(
            "What books start at without measurements. Cores count, not threads. Such workloads keep today's size in "
            "the cloud, so on hosts of one's own they must not be packed by a demand that is assumed."
        ),
        source_date="2026-11",
    ),
    ParameterSpec(
        key="memory_overcommit",
        label=_("Memory allocated per memory installed, at most"),
        unit=_("GiB per GiB"),
        default=1.0,
        minimum=0.5,
        maximum=3.0,
        step=0.05,
        group="capacity",
        source=_("1 allocates nothing twice: a host short of memory swaps, and everything on it slows down."),
        source_date="2026-07",
    ),
    ParameterSpec(
        key="spare_hosts",
        label=_("Spare hosts per cluster"),
        unit=_("hosts"),
        default=1.0,
        minimum=0.0,
        maximum=8.0,
        step=1.0,
        multiple_of=1.0,
        group="capacity",
        source=_("N+1: one host may fail and everything still runs."),
        source_date="2026-07",
    ),
    ParameterSpec(
        key="smt_gain",
        label=_("Gain of two threads per core"),
        unit=_("× one thread"),
        default=1.25,
        minimum=1.0,
        maximum=2.0,
        step=0.05,
        group="capacity",
        source=_("Measured gains of hyper-threading lie between about 15 and 30 %."),
        source_date="2026-07",
        kind=FigureKind.ESTIMATE,
    ),
    ParameterSpec(
        key="hypervisor_cpu_pct",
        label=_("CPU that a hypervisor takes for itself"),
        unit="%",
        default=1.0,
        minimum=0.0,
        maximum=30.0,
        step=0.1,
        group="capacity",
        source="B. Gregg, AWS EC2 Virtualization 2017: 0.1 to 1.5 % with hardware assistance",
        source_date="2017-11",
        kind=FigureKind.ESTIMATE,
    ),
    ParameterSpec(
        key="hypervisor_memory_gib",
        label=_("Memory a hypervisor keeps for itself"),
        unit=_("GiB per host"),
        default=4.0,
        minimum=0.0,
        maximum=64.0,
        step=1.0,
        group="capacity",
        source=_("Kernel and management agents; more with software-defined storage."),
        source_date="2026-07",
    ),
    ParameterSpec(
        key="guest_os_memory_gib",
        label=_("Memory of a guest OS"),
        unit=_("GiB per VM"),
        default=0.5,
        minimum=0.0,
        maximum=8.0,
        step=0.1,
        group="capacity",
        source=_("What a container saves: it shares the kernel of its host."),
        source_date="2026-07",
    ),
)
