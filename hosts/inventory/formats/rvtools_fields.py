"""Which columns of which tabs of RVTools are read, in the spellings of its versions (as `tables.normal` gives them)."""

TABS = ("vInfo", "vHost", "vDisk", "vPartition", "vCPU", "vMemory", "vSnapshot", "vDatastore")
VCENTER = ("visdkserver", "visdkuuid")
PLACE = {"datacenter": ("datacenter",), "cluster": ("cluster",), "host": ("host",), "vcenter": VCENTER}
OWNER = {
    "vm": ("vm", "vmname"),
    "uuid": ("vmuuid",),
    "vm_id": ("vmid",),
    "vcenter": VCENTER,
    "cluster": ("cluster",),
    "host": ("host",),
}
"""Which VM a row of another tab than vInfo is of."""
FIELDS: dict[str, dict[str, tuple[str, ...]]] = {
    "vInfo": {
        "name": ("vm", "vmname", "name"),
        "power": ("powerstate",),
        "template": ("template",),
        "placeholder": ("srmplaceholder",),
        "vcpu": ("cpus", "numcpu", "cpu"),
        "memory": ("memory", "memorysize"),
        "provisioned": ("provisioned",),
        "in_use": ("inuse",),
        "total_disk": ("totaldiskcapacity",),
        "active_memory": ("activememory",),
        "cpu_usage": ("cpuusage",),
        "os_tools": ("osaccordingtothevmwaretools", "ostools"),
        "os_config": ("osaccordingtotheconfigurationfile", "osconfig", "os"),
        "path": ("path",),
        "uuid": ("vmuuid", "uuid", "smbiosuuid"),
        "vm_id": ("vmid",),
        **PLACE,
    },
    "vHost": {
        "name": ("host", "name", "hostname"),
        "sockets": ("cpu", "numcpu"),
        "cores_per_socket": ("corespercpu",),
        "cores": ("cores", "numcpucores"),
        "memory": ("memory", "memorysize"),
        "cpu_model": ("cpumodel",),
        "speed": ("speed", "cpumhz"),
        "threads": ("htactive",),
        "cpu_usage": ("cpuusage", "overallcpuusage"),
        "active_memory": ("vmusedmemory",),
        "maintenance": ("inmaintenancemode",),
        "version": ("esxversion", "fullname"),
        "vendor": ("vendor",),
        "model": ("model",),
        "all_vms": ("vms",),
        "all_vcpu": ("vcpus",),
        "datacenter": ("datacenter",),
        "cluster": ("cluster",),
        "vcenter": VCENTER,
    },
    "vDisk": {**OWNER, "capacity": ("capacity",)},
    "vPartition": {**OWNER, "capacity": ("capacity",), "consumed": ("consumed",)},
    "vCPU": {**OWNER, "overall": ("overall",)},
    "vMemory": {**OWNER, "active": ("active",)},
    "vSnapshot": {**OWNER, "size": ("sizemibtotal", "sizembtotal", "size")},
    "vDatastore": {
        "name": ("name",),
        "type": ("type",),
        "capacity": ("capacity",),
        "in_use": ("inuse",),
        "hosts": ("hosts",),
        "object_id": ("objectid",),
        "url": ("url",),
        "vcenter": VCENTER,
    },
}
NEEDED = {"vInfo": ("name", "vcpu", "memory"), "vHost": ("name",)}
