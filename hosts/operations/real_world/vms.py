"""Operations on a virtual machine: power, size, place, name, system."""

from django.utils.translation import gettext_lazy as _

from hosts.operations.real_world.backups import RESTORE
from virtlab.jobs.operations.real_world import HYPERV, KVM, VSPHERE, RealWorld

VMS: dict[str, tuple[RealWorld, ...]] = {
    "vm.start": (
        RealWorld(
            VSPHERE,
            _("VM → Actions → Power → Power On"),
            "Start-VM -VM db-01",
            ("InvalidPowerState", "InsufficientMemoryResourcesFault", "RuleViolation", "TaskInProgress"),
        ),
        RealWorld(HYPERV, "", "Start-VM -Name db-01"),
        RealWorld(KVM, "", "virsh start db-01", ("VIR_ERR_OPERATION_INVALID",)),
    ),
    "vm.stop": (
        RealWorld(
            VSPHERE,
            _("VM → Actions → Power → Shut Down Guest OS"),
            "Stop-VMGuest -VM db-01",
            ("InvalidPowerState", "TaskInProgress"),
        ),
        RealWorld(HYPERV, "", "Stop-VM -Name db-01"),
        RealWorld(KVM, "", "virsh shutdown db-01", ("VIR_ERR_OPERATION_INVALID",)),
    ),
    "vm.suspend": (
        RealWorld(
            VSPHERE,
            _("VM → Actions → Power → Suspend"),
            "Suspend-VM -VM db-01",
            ("InvalidPowerState", "TaskInProgress"),
        ),
        RealWorld(HYPERV, "", "Save-VM -Name db-01"),
        RealWorld(
            KVM,
            "",
            "virsh managedsave db-01",
            ("VIR_ERR_OPERATION_INVALID",),
            _("virsh suspend is something else: it only pauses, and the memory stays allocated."),
        ),
    ),
    "vm.resume": (
        RealWorld(
            VSPHERE,
            _("VM → Actions → Power → Power On"),
            "Start-VM -VM db-01",
            ("InvalidPowerState", "InsufficientMemoryResourcesFault", "TaskInProgress"),
        ),
        RealWorld(HYPERV, "", "Start-VM -Name db-01"),
        RealWorld(KVM, "", "virsh start db-01", ("VIR_ERR_OPERATION_INVALID",)),
    ),
    "vm.restart": (
        RealWorld(
            VSPHERE,
            _("VM → Actions → Power → Restart Guest OS"),
            "Restart-VMGuest -VM db-01",
            ("InvalidPowerState", "TaskInProgress"),
        ),
        RealWorld(HYPERV, "", "Restart-VM -Name db-01 -Type Reboot"),
        RealWorld(KVM, "", "virsh reboot db-01", ("VIR_ERR_OPERATION_INVALID",)),
    ),
    "vm.power_off": (
        RealWorld(
            VSPHERE,
            _("VM → Actions → Power → Power Off"),
            "Stop-VM -VM db-01",
            ("InvalidPowerState", "TaskInProgress"),
        ),
        RealWorld(HYPERV, "", "Stop-VM -Name db-01 -TurnOff"),
        RealWorld(KVM, "", "virsh destroy db-01", ("VIR_ERR_OPERATION_INVALID",)),
    ),
    "vm.discard_suspended": (
        RealWorld(HYPERV, "", "Remove-VMSavedState -VMName db-01"),
        RealWorld(KVM, "", "virsh managedsave-remove db-01"),
    ),
    "vm.resize": (
        RealWorld(
            VSPHERE,
            _("VM → Actions → Edit Settings… → Virtual Hardware → CPU, Memory, Hard disk → OK"),
            "Set-VM -VM db-01 -NumCpu 4 -MemoryGB 16\nGet-HardDisk -VM db-01 | Set-HardDisk -CapacityGB 200",
            (
                "InvalidPowerState",
                "CpuHotPlugNotSupported",
                "MemoryHotPlugNotSupported",
                "InsufficientMemoryResourcesFault",
                "NoDiskSpace",
                "TaskInProgress",
            ),
            _("A running VM takes more CPU and memory only where hot add was enabled while it was off."),
        ),
        RealWorld(
            HYPERV,
            "",
            "Set-VM -Name db-01 -ProcessorCount 4 -MemoryStartupBytes 16GB\n"
            "Resize-VHD -Path D:\\vhd\\db-01.vhdx -SizeBytes 200GB",
            note=_("The number of processors changes only while the VM is off."),
        ),
        RealWorld(
            KVM,
            "",
            "virsh setvcpus db-01 4 --live\nvirsh setmem db-01 16G --live\nvirsh blockresize db-01 vda 200G",
            ("VIR_ERR_INVALID_ARG",),
            _("Live changes stay below the maximum that the VM was defined with."),
        ),
    ),
    "vm.move": (
        RealWorld(
            VSPHERE,
            _("VM → Actions → Migrate… → Change compute resource only"),
            "Move-VM -VM db-01 -Destination esx-02",
            ("InvalidState", "InsufficientResourcesFault"),
        ),
        RealWorld(HYPERV, "", "Move-ClusterVirtualMachineRole -Name db-01 -Node hv-02 -MigrationType Shutdown"),
        RealWorld(KVM, "", "virsh migrate --offline --persistent --undefinesource db-01 qemu+ssh://kvm-02/system"),
    ),
    "vm.set_apart": (
        RealWorld(
            VSPHERE,
            _("VM → Actions → Tags & Custom Attributes → Assign Tag…"),
            "New-TagAssignment -Entity db-01 -Tag platform",
        ),
        RealWorld(HYPERV, "", "Set-VM -Name db-01 -Notes platform"),
        RealWorld(KVM, "", "virsh desc db-01 platform --live --config"),
    ),
    "vm.rename": (
        RealWorld(
            VSPHERE, _("VM → Actions → Rename…"), "Set-VM -VM db-01 -Name db-02", ("DuplicateName", "InvalidName")
        ),
        RealWorld(HYPERV, "", "Rename-VM -Name db-01 -NewName db-02"),
        RealWorld(
            KVM, "", "virsh domrename db-01 db-02", ("VIR_ERR_OPERATION_INVALID",), _("Only while the VM is off.")
        ),
    ),
    "vm.set_hot_add": (
        RealWorld(
            VSPHERE,
            _("VM → Actions → Edit Settings… → Virtual Hardware → CPU Hot Plug, Memory Hot Plug → OK"),
            "$spec = New-Object VMware.Vim.VirtualMachineConfigSpec\n"
            "$spec.CpuHotAddEnabled = $true\n"
            "$spec.MemoryHotAddEnabled = $true\n"
            "(Get-VM db-01).ExtensionData.ReconfigVM($spec)",
            ("InvalidPowerState", "TaskInProgress"),
        ),
        RealWorld(HYPERV, note=_("There is no such setting: memory changes at run time, processors only while off.")),
        RealWorld(KVM, "", "virsh setvcpus db-01 16 --maximum --config\nvirsh setmaxmem db-01 64G --config"),
    ),
    "vm.set_placement": (
        RealWorld(
            VSPHERE,
            _("Cluster → Configure → VM/Host Rules → Add…"),
            "New-DrsRule -Cluster prod -Name db-apart -KeepTogether $false -VM (Get-VM db-01,db-02)\n"
            "New-DrsClusterGroup -Cluster prod -Name db -VM (Get-VM db-01)\n"
            "New-DrsClusterGroup -Cluster prod -Name esx-02-only -VMHost (Get-VMHost esx-02)\n"
            "New-DrsVMHostRule -Cluster prod -Name db-pin -VMGroup db -VMHostGroup esx-02-only -Type MustRunOn",
        ),
        RealWorld(
            HYPERV,
            "",
            "New-ClusterAffinityRule -Name db-apart -RuleType DifferentNode\n"
            "Add-ClusterGroupToAffinityRule -Name db-apart -Groups db-01,db-02\n"
            "Set-ClusterAffinityRule -Name db-apart -Enabled 1\n"
            'Set-ClusterOwnerNode -Resource "Virtual Machine db-01" -Owners hv-02',
        ),
        RealWorld(
            KVM, note=_("libvirt knows one host at a time: such rules belong to what manages many, e.g. OpenStack.")
        ),
    ),
    "vm.restore": (
        *RESTORE,
        RealWorld(
            note=_(
                "From a template nobody has one command for it: the VM's disk is replaced by a copy of the template's, "
                "or a new VM takes its name and address."
            )
        ),
    ),
    "guest.update": (
        RealWorld("Linux", "", "sudo dnf upgrade\nsudo systemctl reboot", note=_("Inside the VM, as on any computer.")),
        RealWorld("Windows", _("Settings → Windows Update → Check for updates")),
    ),
    "scene.failed_update": (
        RealWorld(note=_("A teaching scene of VirtLab: a snapshot, and an update that breaks the system on purpose.")),
    ),
}
