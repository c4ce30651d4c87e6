"""Operations on snapshots; Hyper-V calls them checkpoints."""

from django.utils.translation import gettext_lazy as _

from virtlab.jobs.operations.real_world import HYPERV, KVM, VSPHERE, RealWorld

SNAPSHOTS = {
    "snapshot.take": (
        RealWorld(
            VSPHERE,
            _("VM → Actions → Snapshots → Take Snapshot…"),
            "New-Snapshot -VM db-01 -Name before-update -Memory",
            ("NoDiskSpace", "InvalidPowerState", "TooManySnapshotLevels", "TaskInProgress"),
            _("With its memory. Without: no -Memory; -Quiesce has the guest write its data first."),
        ),
        RealWorld(
            HYPERV,
            "",
            "Set-VM -Name db-01 -CheckpointType Standard\nCheckpoint-VM -Name db-01 -SnapshotName before-update",
            note=_("With its memory. The type Production, which is the default, keeps none."),
        ),
        RealWorld(
            KVM,
            "",
            "virsh snapshot-create-as db-01 before-update",
            note=_("With its memory, inside the disk: the VM stands still meanwhile. Without: --disk-only."),
        ),
    ),
    "snapshot.revert": (
        RealWorld(
            VSPHERE,
            _("VM → Snapshots → the snapshot → Revert"),
            "Set-VM -VM db-01 -Snapshot (Get-Snapshot -VM db-01 -Name before-update)",
            ("InsufficientResourcesFault", "TaskInProgress"),
        ),
        RealWorld(
            HYPERV,
            "",
            "Restore-VMSnapshot -VMName db-01 -Name before-update\nStart-VM -Name db-01",
            note=_("From a checkpoint with memory the VM is in a saved state until it is started."),
        ),
        RealWorld(KVM, "", "virsh snapshot-revert db-01 before-update", ("VIR_ERR_NO_DOMAIN_SNAPSHOT",)),
    ),
    "snapshot.delete": (
        RealWorld(
            VSPHERE,
            _("VM → Snapshots → the snapshot → Delete"),
            "Get-Snapshot -VM db-01 -Name before-update | Remove-Snapshot",
            ("TaskInProgress",),
        ),
        RealWorld(HYPERV, "", "Remove-VMSnapshot -VMName db-01 -Name before-update"),
        RealWorld(KVM, "", "virsh snapshot-delete db-01 before-update", ("VIR_ERR_NO_DOMAIN_SNAPSHOT",)),
    ),
    "snapshot.delete_all": (
        RealWorld(
            VSPHERE,
            _("VM → Snapshots → Delete All"),
            "Get-Snapshot -VM db-01 | Remove-Snapshot",
            ("TaskInProgress",),
        ),
        RealWorld(HYPERV, "", "Get-VMSnapshot -VMName db-01 | Remove-VMSnapshot"),
        RealWorld(
            KVM,
            "",
            "virsh snapshot-list db-01 --roots --name\nvirsh snapshot-delete db-01 before-update --children",
            note=_("The oldest snapshot goes with all that were taken on top of it."),
        ),
    ),
}
