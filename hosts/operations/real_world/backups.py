"""Operations on backups: hypervisors have none of their own, so these are products beside them.

Looked up on 2026-11-29: Veeam's PowerShell reference, Microsoft's reference of the module WindowsServerBackup and of
wbadmin, the manual of Proxmox VE (vzdump, qmrestore, pvesm).
"""

from django.utils.translation import gettext_lazy as _

from virtlab.jobs.operations.real_world import RealWorld

VEEAM, WINDOWS, PROXMOX = "Veeam", "Windows Server Backup", "Proxmox Backup Server"
WHOLE_VM = _("The whole VM comes back, also its name, address, vCPU and memory of that time; here those of now stay.")
RESTORE = (
    RealWorld(
        VEEAM,
        "",
        "$point = Get-VBRRestorePoint -Name db-01 | Sort-Object CreationTime -Descending | Select-Object -First 1\n"
        "Start-VBRViVirtualDiskRestore -RestorePoint $point -VirtualDeviceMapping $rules"
        " -TargetVM (Find-VBRViEntity -Name db-01)",
        note=_("vSphere. Brings back disks alone, as here; Start-VBRRestoreVM brings the whole VM of that time."),
    ),
    RealWorld(WINDOWS, "", "Start-WBHyperVRecovery -BackupSet $set -VMInBackup $vm", note=WHOLE_VM),
    RealWorld(PROXMOX, "", "qmrestore pbs:backup/vm/101/2026-11-29T03:00:00Z 101 --force", note=WHOLE_VM),
)
BACKUPS: dict[str, tuple[RealWorld, ...]] = {
    "backup.take": (
        RealWorld(
            VEEAM,
            "",
            "Start-VBRQuickBackup -VM (Find-VBRViEntity -Name db-01)",
            note=_("vSphere; for Hyper-V Find-VBRHvEntity. A quick backup is incremental: a full one must exist."),
        ),
        RealWorld(
            WINDOWS,
            "",
            "$policy = New-WBPolicy\n"
            "Get-WBVirtualMachine | Where-Object VMName -eq db-01 | Add-WBVirtualMachine -Policy $policy\n"
            "Add-WBBackupTarget -Policy $policy -Target (New-WBBackupTarget -VolumePath E:)\n"
            "Start-WBBackup -Policy $policy",
            note=_("Hyper-V."),
        ),
        RealWorld(
            PROXMOX, "", "vzdump 101 --storage pbs --mode snapshot", note=_("KVM. The VM runs on while it is copied.")
        ),
    ),
    "backup.restore": (
        RealWorld(
            VEEAM,
            "",
            "Get-VBRRestorePoint -Name db-01 | Select-Object -First 1 | Start-VBRRestoreVM"
            " -Server (Get-VBRServer -Name esx-02) -Datastore (Find-VBRViDatastore -Name ds-01) -VMName db-02",
            note=_("vSphere: a restore to another location, under another name."),
        ),
        RealWorld(
            PROXMOX,
            "",
            "qmrestore pbs:backup/vm/101/2026-11-29T03:00:00Z 102 --unique",
            note=_("KVM. Under another number it is a VM beside the first, with network addresses of its own."),
        ),
    ),
    "backup.delete": (
        RealWorld(VEEAM, "", "Get-VBRRestorePoint -Name db-01 | Select-Object -First 1 | Remove-VBRRestorePoint"),
        RealWorld(WINDOWS, "", "wbadmin delete backup -version:11/29/2026-03:00"),
        RealWorld(PROXMOX, "", "pvesm free pbs:backup/vm/101/2026-11-29T03:00:00Z"),
    ),
}
