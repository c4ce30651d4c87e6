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
        ),
        RealWorld(HYPERV, "", "Checkpoint-VM -Name db-01 -SnapshotName before-update"),
        RealWorld(KVM, "", "virsh snapshot-create-as db-01 before-update"),
    ),
    "snapshot.revert": (
        RealWorld(
            VSPHERE,
            _("VM → Snapshots → the snapshot → Revert"),
            "Set-VM -VM db-01 -Snapshot (Get-Snapshot -VM db-01 -Name before-update)",
            ("InsufficientResourcesFault", "TaskInProgress"),
        ),
        RealWorld(HYPERV, "", "Restore-VMSnapshot -VMName db-01 -Name before-update"),
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
