"""How a host is shared, and how much of it is needed."""

from django.utils.translation import gettext_lazy as _

from virtlab.web.glossary.term import Term

CAPACITY = (
    Term(
        "allocated",
        _("Allocated"),
        _("What a virtual machine may use at most: the vCPU, memory and disk in its settings."),
        vsphere="Configured size",
        hyperv="Startup RAM or Maximum RAM, virtual processors",
        kvm="vcpu, memory (domain XML)",
        aws="Instance type",
    ),
    Term(
        "demand",
        _("Demand"),
        _("What the work of a virtual machine would use at a moment if it never had to wait."),
        vsphere="CPU Demand",
        hyperv="Memory Demand",
    ),
    Term(
        "used",
        _("Used"),
        _(
            "What a virtual machine really gets and uses at a moment. Of a host it is a share of what its cores can do "
            "at once, with the gain of two threads on each: at 100 % nothing more runs. vCenter's CPU usage is a share "
            "of the cores' base clock, without that gain: for the same work it is higher."
        ),
        vsphere="CPU Usage",
        hyperv="CPU Usage",
        kvm="cpu.time (virsh domstats)",
        aws="CPUUtilization",
    ),
    Term(
        "active_memory",
        _("Active memory"),
        _("Memory that the virtual machine has read or written in the last minute or so."),
        vsphere="Active",
    ),
    Term(
        "consumed_memory",
        _("Consumed memory"),
        _("Memory of the host that a virtual machine holds: all that it has touched since it was powered on."),
        vsphere="Consumed",
        kvm="rss (virsh dommemstat)",
    ),
    Term(
        "cpu_ready",
        _("CPU ready"),
        _("The share of time in which a vCPU wants to run and waits for a core that is busy with others."),
        vsphere="CPU Ready (%RDY)",
        hyperv="CPU Wait Time Per Dispatch",
        kvm="Steal (%st)",
        aws="Steal (%st)",
    ),
    Term(
        "steal",
        _("Steal"),
        _("CPU ready as the guest measures it: time in which its vCPU wanted to run and something else did."),
        vsphere="Steal time (stealclock.enable)",
        kvm="%st in top",
        aws="%st in top",
    ),
    Term(
        "overcommit",
        _("Overcommit (allocation ratio)"),
        _(
            "Allocating more vCPU or memory than a host has, because not all is used at once; the ratio says how much. "
            "VMware and the comparison count vCPU per physical core, OpenStack, Hyper-V and a cluster's settings per "
            "thread: 4 there are 8 per core where each has two threads."
        ),
        vsphere="Overcommitment",
        hyperv="VP:LP ratio",
        kvm="cpu_allocation_ratio (OpenStack)",
    ),
    Term(
        "hot_add",
        _("Hot add"),
        _("More vCPU or memory for a VM while it runs; some hypervisors ask that it was enabled while the VM was off."),
        vsphere="CPU Hot Plug, Memory Hot Plug",
        hyperv="Runtime memory resize",
        kvm="virsh setvcpus --live",
    ),
    Term(
        "ballooning",
        _("Ballooning"),
        _("A driver in the guest takes up memory there, so that the hypervisor can give it to others."),
        vsphere="Balloon driver (vmmemctl)",
        hyperv="Dynamic Memory",
        kvm="virtio-balloon",
    ),
    Term(
        "swap",
        _("Swap"),
        _(
            "Memory that is kept on a disk because there is no room for it: every use of it waits for the disk. Under "
            "ESXi each VM that runs has a file for it on its datastore, as large as its memory, whether used or not."
        ),
        vsphere="VM swap file (.vswp)",
        hyperv="Smart Paging",
        kvm="Swap of the host",
    ),
    Term(
        "credits",
        _("CPU credits"),
        _(
            "What a burstable instance saves while it stays below its baseline, and spends above it. In unlimited mode "
            "it spends surplus credits, too: what exceeds a day of earnings is charged."
        ),
        aws="CPU credits",
    ),
    Term(
        "percentile",
        _("Percentile"),
        _("The value that so many per cent of the measurements do not exceed: above the 95th lie the busiest 5 %."),
        aws="p95 (CloudWatch)",
    ),
    Term(
        "right_sizing",
        _("Right-sizing"),
        _("Choosing the cheapest size that holds the work, with some headroom."),
        vsphere="Rightsizing (VCF Operations)",
        aws="Compute Optimizer",
    ),
    Term(
        "consolidation",
        _("Consolidation"),
        _("Putting the work of many servers on few, so that the others can be switched off."),
        vsphere="Distributed Power Management (DPM)",
        hyperv="Power optimization (VMM)",
        kvm="Server consolidation (OpenStack Watcher)",
    ),
)
