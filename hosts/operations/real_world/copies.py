"""Operations that make and remove virtual machines: new ones, clones, templates."""

from django.utils.translation import gettext_lazy as _

from virtlab.jobs.operations.real_world import HYPERV, KVM, VSPHERE, RealWorld

DEPLOY = (
    RealWorld(
        VSPHERE,
        _("Template → Actions → New VM from This Template…"),
        "New-VM -Name web-01 -Template web-template -VMHost esx-02 -Datastore ds-01",
        ("InsufficientResourcesFault", "NoDiskSpace"),
    ),
    RealWorld(
        HYPERV,
        "",
        'Import-VM -Path "D:\\export\\web-template\\Virtual Machines\\<GUID>.vmcx" -Copy -GenerateNewId'
        " -VhdDestinationPath D:\\vhd\\web-01 | Rename-VM -NewName web-01",
    ),
    RealWorld(KVM, "", "virt-clone --original web-template --name web-01 --auto-clone"),
)
COPIES = {
    "vm.create": (
        RealWorld(
            VSPHERE,
            _("Cluster → Actions → New Virtual Machine…"),
            "New-VM -Name db-01 -VMHost esx-02 -Datastore ds-01 -NumCpu 4 -MemoryGB 16 -DiskGB 100"
            " -DiskStorageFormat Thin",
            ("DuplicateName", "InsufficientResourcesFault", "NoDiskSpace"),
        ),
        RealWorld(
            HYPERV,
            "",
            "New-VM -Name db-01 -Generation 2 -MemoryStartupBytes 16GB -NewVHDPath D:\\vhd\\db-01.vhdx"
            " -NewVHDSizeBytes 100GB",
        ),
        RealWorld(
            KVM,
            "",
            "virt-install --name db-01 --vcpus 4 --memory 16384 --disk size=100 --osinfo detect=on"
            " --cdrom /iso/linux.iso",
        ),
    ),
    "vm.delete": (
        RealWorld(
            VSPHERE,
            _("VM → Actions → Delete from Disk"),
            "Remove-VM -VM db-01 -DeletePermanently",
            ("InvalidPowerState",),
        ),
        RealWorld(HYPERV, "", "Remove-VM -Name db-01", note=_("Its virtual hard disks stay: delete the files too.")),
        RealWorld(KVM, "", "virsh undefine db-01 --remove-all-storage --snapshots-metadata --nvram"),
    ),
    "vm.clone": (
        RealWorld(
            VSPHERE,
            _("VM → Actions → Clone → Clone to Virtual Machine…"),
            "New-VM -VM db-01 -Name db-02 -VMHost esx-02\n"
            "New-VM -VM db-01 -Name db-03 -VMHost esx-02 -LinkedClone -ReferenceSnapshot base",
            ("InsufficientResourcesFault", "NoDiskSpace", "TaskInProgress"),
            _("The second command makes a linked clone."),
        ),
        RealWorld(
            HYPERV,
            "",
            "Export-VM -Name db-01 -Path D:\\export -CaptureLiveState CaptureCrashConsistentState\n"
            "New-VHD -ParentPath D:\\vhd\\base.vhdx -Path D:\\vhd\\db-03.vhdx -Differencing",
            note=_("An export is imported as a copy. A differencing disk is the disk of a linked clone."),
        ),
        RealWorld(
            KVM,
            "",
            "virt-clone --original db-01 --name db-02 --auto-clone\n"
            "qemu-img create -f qcow2 -b base.qcow2 -F qcow2 db-03.qcow2",
            note=_(
                "virt-clone copies a VM that is off or paused. A disk with a backing file is that of a linked clone."
            ),
        ),
    ),
    "template.save": (
        RealWorld(
            VSPHERE,
            _("VM → Actions → Clone → Clone to Template…"),
            "New-Template -VM web-01 -Name web-template -Location dc-01\nSet-VM -VM web-01 -ToTemplate",
            ("InvalidPowerState", "NoDiskSpace"),
            _("The second command converts the VM itself."),
        ),
        RealWorld(
            HYPERV,
            "",
            "Export-VM -Name web-01 -Path D:\\export",
            note=_("Hyper-V itself has no templates: an exported VM serves as one (System Center VMM has them)."),
        ),
        RealWorld(
            KVM,
            "",
            "virt-clone --original web-01 --name web-template --auto-clone",
            note=_("libvirt has no templates: a VM that is never started serves as one."),
        ),
    ),
    "template.deploy": DEPLOY,
    "template.deploy_copy": DEPLOY,
    "template.to_vm": (
        RealWorld(
            VSPHERE,
            _("Template → Actions → Convert to Virtual Machine…"),
            "Set-Template -Template web-template -ToVM",
            ("InvalidState",),
        ),
    ),
}
