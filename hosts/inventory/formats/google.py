"""Google Cloud Migration Center's templates vmInfo, diskInfo and perfInfo, in the spelling of `tables.normal`.

Headers as the collectors that Google publishes write them (azure-to-stratozone-export and the templates of "Import
manually generated tables", read 2026-11-30): sizes in GiB, utilisation in percent; some are followed by "(optional)".
"""

from hosts.inventory.formats.flat_fields import FlatFormat


def optional(*heads: str) -> tuple[str, ...]:
    """Headers with and without the word that the template puts behind them."""
    return tuple(spelling for head in heads for spelling in (head, f"{head}optional"))


VM_INFO = FlatFormat(
    key="google-migration",
    label="Google Cloud Migration Center",
    fields={
        "name": ("machinename", "machineid"),
        "name_3": ("machineid",),
        "vcpu": ("allocatedprocessorcorecount",),
        "memory": ("memory",),
        "disk": optional("totaldiskallocatedgib"),
        "disk_used": optional("totaldiskusedgib"),
        "os": optional("osname", "ostype"),
        "os_version": optional("osversion"),
        "power": optional("machinestatus"),
        "datacenter": optional("hostinglocation"),
    },
    size_mib={"disk": 1024.0, "disk_used": 1024.0},
)
DISK_FIELDS = {"key": ("machineid",), "size": ("size", "sizeingib"), "used": ("used", "usedingib")}
PERFORMANCE_FIELDS = {
    "key": ("machineid",),
    "time": ("timestamp",),
    "cpu": optional("cpuutilizationpercentage"),
    "memory": optional("memoryutilizationpercentage"),
}
