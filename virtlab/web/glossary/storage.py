"""Disks and copies."""

from django.utils.translation import gettext_lazy as _

from virtlab.web.glossary.term import Term

STORAGE = (
    Term(
        "datastore",
        _("Datastore"),
        _("Storage that the hosts of a cluster share, with the disks of their virtual machines on it."),
        vsphere="Datastore",
        hyperv="Cluster Shared Volume",
        kvm="Storage pool",
    ),
    Term(
        "storage_pool",
        _("Storage pool"),
        _("Disks taken together, out of which volumes are cut."),
        hyperv="Storage pool (Storage Spaces)",
        kvm="Storage pool",
    ),
    Term(
        "raid_group",
        _("RAID group"),
        _("Disks that keep enough in common that one of them may fail and nothing is lost."),
        hyperv="Mirror or parity space",
    ),
    Term(
        "volume",
        _("Volume"),
        _("A disk as a virtual machine sees it, whatever it is kept on."),
        vsphere="Virtual disk (VMDK)",
        hyperv="Virtual hard disk (VHDX)",
        kvm="Volume (qcow2, raw)",
        aws="EBS volume",
    ),
    Term(
        "thin_thick",
        _("Thin and thick disks"),
        _("A thin disk takes only what is written to it; a thick one takes its whole size at once."),
        vsphere="Thin, thick provisioning",
        hyperv="Dynamically expanding, fixed size",
        kvm="Sparse, preallocated",
    ),
    Term(
        "iops",
        _("IOPS"),
        _("How many reads and writes a disk does in a second."),
        vsphere="IOPS",
        hyperv="IOPS",
        kvm="IOPS (iotune)",
        aws="IOPS",
    ),
    Term(
        "template",
        _("Template"),
        _("A prepared virtual machine that is not started itself: others are copied from it."),
        vsphere="Template",
        hyperv="VM template (VMM)",
        aws="AMI",
    ),
    Term(
        "clone",
        _("Clone (full, linked)"),
        _("A copy of a virtual machine: a full one has a disk of its own, a linked one keeps only what differs."),
        vsphere="Clone, linked clone",
        hyperv="Exported copy, differencing disk",
        kvm="virt-clone, backing file",
    ),
    Term(
        "snapshot",
        _("Snapshot"),
        _("A point in time to which a virtual machine can go back; what is written afterwards is kept apart."),
        vsphere="Snapshot",
        hyperv="Checkpoint",
        kvm="Snapshot",
    ),
    Term(
        "ebs_volume",
        _("EBS volume"),
        _("A disk of the cloud that an instance reaches over the network, and that can outlive it."),
        vsphere="Virtual disk (VMDK)",
        hyperv="Virtual hard disk (VHDX)",
        kvm="Volume (qcow2, raw)",
        aws="EBS volume",
    ),
    Term(
        "ebs_snapshot",
        _("EBS snapshot"),
        _("A copy of a volume as it was at a moment; each further one adds only what has changed."),
        aws="EBS snapshot",
    ),
    Term(
        "instance_store",
        _("Instance store"),
        _("Disks inside the server that an instance runs on: they forget everything when it stops."),
        aws="Instance store",
    ),
)
