"""Choices of the on-prem side."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Hypervisor(models.TextChoices):
    """What runs the guests of a cluster."""

    ESXI = "esxi", _("VMware ESXi")
    HYPERV = "hyperv", _("Microsoft Hyper-V 2016/2019")
    HYPERV_2025 = "hyperv_2025", _("Microsoft Hyper-V 2025")
    KVM = "kvm", _("KVM")
    XEN = "xen", _("Xen")
    VIRTUALBOX = "virtualbox", _("Oracle VirtualBox")
    WORKSTATION = "workstation", _("VMware Workstation or Fusion")
    NONE = "none", _("No virtualization")


class LicenceMetric(models.TextChoices):
    """What a licence counts."""

    CORE = "core", _("cores")
    SOCKET = "socket", _("CPUs")
    HOST = "host", _("hosts")
    VM = "vm", _("VMs")


class HostState(models.TextChoices):
    """What a host is doing."""

    ON = "on", _("On")
    OFF = "off", _("Off")
    MAINTENANCE = "maintenance", _("In maintenance")
    FAILED = "failed", pgettext_lazy("host", "Failed")


class PowerState(models.TextChoices):
    """What a virtual machine is doing."""

    RUNNING = "running", _("Running")
    STOPPED = "stopped", _("Stopped")
    SUSPENDED = "suspended", _("Suspended")


class SetApart(models.TextChoices):
    """Why a VM is no workload of its own: it serves the platform, stands for another VM, or somebody says so."""

    NO = "", _("No: it is a workload")
    VCLS = "vcls", _("vSphere Cluster Services (vCLS)")
    POD = "crx", _("vSphere Pod or Supervisor (CRX)")
    NSX = "nsx", _("NSX")
    VCENTER = "vcenter", _("vCenter Server")
    HCX = "hcx", _("HCX")
    VSAN = "vsan", _("vSAN")
    NUTANIX = "nutanix", _("Nutanix controller VM")
    PLACEHOLDER = "srm", _("Site Recovery placeholder")
    BY_HAND = "hand", _("Set apart by hand")


class VmFact(StrEnum):
    """What may be known of a VM besides its size: the keys of `VirtualMachine.facts`. One that is missing there was not
    stated; nobody knows it.
    """

    FIRMWARE = "firmware"  # "bios" or "efi"
    SECURE_BOOT = "secure_boot"
    HARDWARE = "hardware"  # VMware's hardware version, a number
    TOOLS = "tools"  # "ok", "old", "stopped" or "none"
    FAULT_TOLERANCE = "fault_tolerance"
    CONNECTED = "connected"  # its host and its files are reached
    CONSOLIDATION = "consolidation"  # disks of deleted snapshots are still there
    AFFINITY = "affinity"  # a rule binds it to VMs or hosts, or keeps it apart
    ENCRYPTED = "encrypted"
    VTPM = "vtpm"
    PASSTHROUGH = "passthrough"  # of a PCI device, or a part of a GPU
    NICS = "nics"  # network adapters, a number like all below
    DISKS = "disks"
    LARGEST_DISK_GIB = "largest_disk_gib"
    RAW_DISKS = "raw_disks"
    SHARED_DISKS = "shared_disks"
    INDEPENDENT_DISKS = "independent_disks"
    SNAPSHOTS = "snapshots"
    USB_DEVICES = "usb_devices"
    CD_CONNECTED = "cd_connected"


class FormFactor(models.TextChoices):
    """How a server is built."""

    RACK = "rack", pgettext_lazy("form factor", "Rack")
    TOWER = "tower", _("Tower")
    BLADE = "blade", _("Blade")


class PlacementPolicy(models.TextChoices):
    """How a cluster chooses the host of a new guest; engine.policies places by it."""

    FIRST_FIT = "first_fit", _("First fit: the first host with room")
    BEST_FIT = "best_fit", _("Best fit: the host that is left with least")
    SPREAD = "spread", _("Spread: the host with most room")


class GuestHealth(models.TextChoices):
    """How a guest's own system is, whatever its VM does."""

    WELL = "well", _("Well")
    BROKEN = "broken", _("Broken by an update")
    NONE = "none", _("No system installed")
