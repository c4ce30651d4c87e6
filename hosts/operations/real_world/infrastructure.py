"""Operations on hosts, clusters and datastores."""

from django.utils.translation import gettext_lazy as _

from virtlab.jobs.operations.real_world import HYPERV, KVM, VSPHERE, RealWorld

BMC = "IPMI"
INFRASTRUCTURE = {
    "host.power_on": (
        RealWorld(
            VSPHERE,
            _("Host → Actions → Power → Power On"),
            "Start-VMHost -VMHost esx-02",
            ("InvalidState",),
            _("Out of standby, through the server's management controller."),
        ),
        RealWorld(
            BMC,
            "",
            "ipmitool -I lanplus -H esx-02-bmc -U admin chassis power on",
            note=_("The server's management controller works under any hypervisor."),
        ),
    ),
    "host.power_off": (
        RealWorld(
            VSPHERE,
            _("Host → Actions → Maintenance Mode → Enter Maintenance Mode, then Power → Shut Down"),
            "Set-VMHost -VMHost esx-02 -State Maintenance\nStop-VMHost -VMHost esx-02",
            ("InvalidState",),
        ),
        RealWorld(HYPERV, "", "Suspend-ClusterNode -Name hv-02 -Drain\nStop-Computer -ComputerName hv-02"),
        RealWorld(KVM, "", "sudo systemctl poweroff"),
    ),
    "host.fail": (
        RealWorld(note=_("Pull the plug: no console and no command does it. In VirtLab it is a teaching fault.")),
    ),
    "host.repair": (
        RealWorld(note=_("Somebody goes there and replaces the part: no command does it.")),
        RealWorld(BMC, "", "ipmitool -I lanplus -H esx-02-bmc -U admin chassis power on"),
    ),
    "host.remove": (
        RealWorld(
            VSPHERE,
            _("Host → Actions → Maintenance Mode → Enter Maintenance Mode, then Remove from Inventory"),
            "Set-VMHost -VMHost esx-02 -State Maintenance\nRemove-VMHost -VMHost esx-02",
        ),
        RealWorld(HYPERV, "", "Remove-ClusterNode -Name hv-02"),
    ),
    "host.add": (
        RealWorld(
            VSPHERE,
            _("Cluster → Actions → Add Hosts…"),
            "Add-VMHost -Name esx-05 -Location prod -Credential (Get-Credential)",
            ("DuplicateName",),
        ),
        RealWorld(HYPERV, "", "Add-ClusterNode -Name hv-05 -Cluster prod"),
    ),
    "cluster.add": (
        RealWorld(
            VSPHERE,
            _("Data center → Actions → New Cluster…"),
            "New-Cluster -Name prod -Location dc-01 -DrsEnabled -HAEnabled",
            ("DuplicateName",),
        ),
        RealWorld(HYPERV, "", "New-Cluster -Name prod -Node hv-01,hv-02"),
        RealWorld(KVM, note=_("libvirt has no clusters: what manages many hosts has them, e.g. OpenStack or oVirt.")),
    ),
    "host.purchase": (
        RealWorld(note=_("No hypervisor knows it: asset registers and the supplier's service tag pages do.")),
    ),
    "cluster.settings": (
        RealWorld(
            VSPHERE,
            _("Cluster → Configure → vSphere DRS → Edit…"),
            "Set-Cluster -Cluster prod -DrsAutomationLevel FullyAutomated",
            note=_("DRS places by load; its additional options limit the vCPU for each core."),
        ),
        RealWorld(
            "OpenStack",
            "",
            "nova.conf: cpu_allocation_ratio = 4.0\nnova.conf: ram_allocation_ratio = 1.0",
            note=_("For KVM under OpenStack; both are called allocation ratios there."),
        ),
    ),
    "cluster.change_hypervisor": (
        RealWorld(note=_("No product changes itself into another: every host is emptied and installed anew.")),
    ),
    "datastore.grow": (
        RealWorld(
            VSPHERE,
            _("Datastore → Actions → Increase Datastore Capacity…"),
            "HostDatastoreSystem.ExpandVmfsDatastore",
            note=_("A method of the vSphere API."),
        ),
        RealWorld(HYPERV, "", "Resize-Partition -DiskNumber 2 -PartitionNumber 2 -Size 4TB"),
        RealWorld(KVM, "", "vgextend vms /dev/sdc\nvirsh pool-refresh vms"),
    ),
    "datastore.add": (
        RealWorld(
            VSPHERE,
            _("Cluster → Actions → Storage → New Datastore…"),
            "New-Datastore -VMHost esx-01 -Name ds-02 -Path $lun.CanonicalName -Vmfs",
            ("DuplicateName",),
        ),
        RealWorld(
            HYPERV,
            "",
            'Get-ClusterAvailableDisk | Add-ClusterDisk\nAdd-ClusterSharedVolume -Name "Cluster Disk 4"',
        ),
        RealWorld(
            KVM,
            "",
            "virsh pool-define-as ds-02 dir --target /var/lib/libvirt/ds-02\nvirsh pool-build ds-02\n"
            "virsh pool-start ds-02\nvirsh pool-autostart ds-02",
        ),
    ),
}
