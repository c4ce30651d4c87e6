"""One item of DescribeInstanceTypes → one row of the catalog's table of types."""

from typing import Any

from instances.catalog.build.sources import DescribedType
from instances.catalog.names.naming import parse
from instances.choices import Hypervisor

COLUMNS = [
    "name", "family", "size", "vcpu", "memory_mib", "architectures", "hypervisor", "cpu", "cpu_power",
    "cpu_from_sibling", "clock_ghz", "cores", "threads_per_core", "current_generation", "burstable",
    "baseline_share", "network_performance", "network_gbps", "network_interfaces", "ebs_baseline_mbps",
    "ebs_baseline_iops", "instance_store_gb", "accelerators", "network_peak_gbps", "ipv4_per_interface", "ena",
    "efa", "ebs_maximum_mbps", "ebs_maximum_iops", "ebs_maximum_mb_s", "ebs_attachments", "ebs_attachment_limit",
    "ebs_nvme", "store_type", "store_disks", "store_nvme", "hibernation", "auto_recovery", "virtualization",
    "boot_modes", "root_devices", "usage_classes", "free_tier", "enclaves", "cpu_maker",
]  # fmt: skip
"""Columns of instance_types.csv; those after `accelerators` become the field `details`."""

FLEX_BASELINE_SHARE = 0.4
"""A flex type's CPU baseline; up to 100 % for 95 % of any 24 hours (Amazon EC2 User Guide, 2026)."""

PREVIOUS = frozenset(["a1", "c1", "c3", "c4", "g3", "i2", "m1", "m2", "m3", "m4", "p2", "r3", "r4", "t1"])
"""Families that AWS lists as of a previous generation ("Amazon EC2 Instance Types", "Specifications for Amazon EC2
previous generation instances", 2026). DescribeInstanceTypes has a field of that name too, which by October 2026 was
false of M5, M6i, R6i, R7g and G5 as well and true of M5a, M5d, M6id, C6i and C7g, of the same age: the guide lists all
of these as current, and the field says what AWS would rather have one launch.
"""

ACCELERATORS = {
    "GpuInfo": "Gpus",
    "FpgaInfo": "Fpgas",
    "InferenceAcceleratorInfo": "Accelerators",
    "MediaAcceleratorInfo": "Accelerators",
    "NeuronInfo": "NeuronDevices",
}


def type_row(item: DescribedType, baselines: dict[tuple[str, str], str]) -> dict[str, object]:
    """The facts of one type, without its processor; `baselines` are burstable types' shares by family and size."""
    name = parse(item["InstanceType"])
    share = baselines.get((name.family, name.size), FLEX_BASELINE_SHARE if name.flex else 1)
    machine = {
        "name": name.name,
        "family": name.family,
        "size": name.size,
        "architectures": " ".join(item["ProcessorInfo"]["SupportedArchitectures"]),
        "hypervisor": Hypervisor.METAL if item["BareMetal"] else Hypervisor(item["Hypervisor"]),
        "clock_ghz": item["ProcessorInfo"].get("SustainedClockSpeedInGhz"),
        "current_generation": name.family not in PREVIOUS,
        "burstable": item["BurstablePerformanceSupported"],
        "baseline_share": share,
        "accelerators": "; ".join(accelerators(item)),
        "cpu_maker": item["ProcessorInfo"].get("Manufacturer", "").strip(),
    }
    return machine | _size(item) | _network(item) | _storage(item) | _lifecycle(item)


def accelerators(item: DescribedType) -> list[str]:
    """What a type has besides processors, as "8 × NVIDIA H100", a part of a GPU as "0.125 × NVIDIA L4"; a device that
    two lists name counts once.
    """
    devices: dict[str, str] = {}
    for info, plural in ACCELERATORS.items():
        for device in item.get(info, {}).get(plural, []):
            label = " ".join(filter(None, (device.get("Manufacturer"), device["Name"])))
            devices.setdefault(device["Name"], f"{_count(device):g} × {label}")
    return list(devices.values())


def _count(device: dict[str, Any]) -> float:
    """How many of a device there are; of a GPU that is shared out, the part: DescribeInstanceTypes has a `Count` of 0
    then, one logical GPU and its `GpuPartitionSize`.
    """
    return float(device.get("Count") or device.get("LogicalGpuCount", 1) * device.get("GpuPartitionSize", 1))


def _size(item: DescribedType) -> dict[str, object]:
    cpu = item["VCpuInfo"]
    return {
        "vcpu": cpu["DefaultVCpus"],
        "cores": cpu.get("DefaultCores"),
        "threads_per_core": cpu.get("DefaultThreadsPerCore"),
        "memory_mib": item["MemoryInfo"]["SizeInMiB"],
    }


def _network(item: DescribedType) -> dict[str, object]:
    network = item["NetworkInfo"]
    return {
        "network_performance": network["NetworkPerformance"],
        "network_gbps": _sum(network, "BaselineBandwidthInGbps"),
        "network_peak_gbps": _sum(network, "PeakBandwidthInGbps"),
        "network_interfaces": network["MaximumNetworkInterfaces"],
        "ipv4_per_interface": network["Ipv4AddressesPerInterface"],
        "ena": network["EnaSupport"],
        "efa": network["EfaSupported"],
    }


def _sum(network: dict[str, Any], key: str) -> float | None:
    """A bandwidth over all network cards, Gb/s."""
    cards = [card[key] for card in network["NetworkCards"] if key in card]
    return sum(cards) if cards else None


def _storage(item: DescribedType) -> dict[str, object]:
    ebs = item["EbsInfo"]
    rates = ebs.get("EbsOptimizedInfo", {})
    store = item.get("InstanceStorageInfo", {})
    return {
        "ebs_baseline_mbps": rates.get("BaselineBandwidthInMbps"),
        "ebs_baseline_iops": rates.get("BaselineIops"),
        "ebs_maximum_mbps": rates.get("MaximumBandwidthInMbps"),
        "ebs_maximum_iops": rates.get("MaximumIops"),
        "ebs_maximum_mb_s": rates.get("MaximumThroughputInMBps"),
        "ebs_attachments": ebs.get("MaximumEbsAttachments"),
        "ebs_attachment_limit": ebs.get("AttachmentLimitType"),
        "ebs_nvme": ebs["NvmeSupport"],
        "instance_store_gb": store.get("TotalSizeInGB", 0),
        "store_type": " ".join(sorted({disk["Type"] for disk in store.get("Disks", [])})),
        "store_disks": sum(disk["Count"] for disk in store.get("Disks", [])) or None,
        "store_nvme": store.get("NvmeSupport"),
    }


def _lifecycle(item: DescribedType) -> dict[str, object]:
    return {
        "hibernation": item["HibernationSupported"],
        "auto_recovery": item["AutoRecoverySupported"],
        "virtualization": " ".join(item["SupportedVirtualizationTypes"]),
        "boot_modes": " ".join(item["SupportedBootModes"]),
        "root_devices": " ".join(item["SupportedRootDeviceTypes"]),
        "usage_classes": " ".join(item["SupportedUsageClasses"]),
        "free_tier": item["FreeTierEligible"],
        "enclaves": item["NitroEnclavesSupport"],
    }
