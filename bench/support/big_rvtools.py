"""An RVTools export as large as is wanted, with every column that version 4 writes and the tabs that make it heavy."""

import json
import random
from pathlib import Path

import xlsxwriter

from hosts.inventory.files.tables import RVTOOLS_COLUMNS

VMS_PER_HOST = 25
SIZES = ((1, 2048), (2, 4096), (2, 8192), (4, 8192), (4, 16384), (8, 32768), (16, 65536))
SYSTEMS = ("Microsoft Windows Server 2019 (64-bit)", "Red Hat Enterprise Linux 8 (64-bit)", "Ubuntu Linux (64-bit)")
TOOLS = ("toolsOk", "toolsOk", "toolsOld", "toolsNotRunning", "toolsNotInstalled")
FILL = "a filled-in text cell of usual length"


def columns(tab: str) -> list[str]:
    """The columns of a tab as RVTools orders them (normalised spellings, which the reader takes as well)."""
    return str(json.loads(RVTOOLS_COLUMNS.read_text(encoding="utf-8"))[tab]).split()


def write(path: Path, vms: int) -> Path:
    """Writes an export of `vms` machines on vms ÷ 25 hosts, with two disks, two partitions and one adapter each."""
    chance = random.Random(7)
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    hosts = max(1, vms // VMS_PER_HOST)
    sheet(book, "vInfo", [vm_row(number, hosts, chance) for number in range(vms)])
    sheet(book, "vCPU", [{**owner(n, hosts), "cpus": 2, "overall": chance.randint(10, 900)} for n in range(vms)])
    sheet(book, "vMemory", [{**owner(n, hosts), "sizemib": 4096, "active": 512} for n in range(vms)])
    sheet(book, "vDisk", [disk_row(number, hosts) for number in range(vms * 2)])
    partition = {"capacitymib": 40960, "consumedmib": 20480}
    sheet(book, "vPartition", [{**owner(n // 2, hosts), **partition} for n in range(vms * 2)])
    sheet(book, "vNetwork", [{**owner(n, hosts)} for n in range(vms)])
    sheet(book, "vCD", [{**owner(n, hosts), "connected": str(n % 50 == 0)} for n in range(vms)])
    sheet(book, "vUSB", [{**owner(n, hosts), "connected": "True"} for n in range(0, vms, 40)])
    sheet(book, "vSnapshot", [{**owner(n, hosts), "sizemibtotal": 2048} for n in range(0, vms, 20)])
    sheet(book, "vTools", [{**owner(n, hosts), "tools": TOOLS[n % len(TOOLS)]} for n in range(vms)])
    sheet(book, "vHost", [host_row(number) for number in range(hosts)])
    book.close()
    return path


def owner(number: int, hosts: int) -> dict[str, object]:
    """What every tab says of the machine that its rows are of."""
    host = number % hosts
    place = {"cluster": f"Cluster{host % 8}", "host": f"esx-{host:03d}.example.com"}
    return {"vm": f"vm-{number:05d}", "vmid": f"vm-{number}", "vmuuid": f"uuid-{number}", **place}


def vm_row(number: int, hosts: int, chance: random.Random) -> dict[str, object]:
    """One machine."""
    vcpu, memory_mib = chance.choice(SIZES)
    disk_mib = chance.randint(20_000, 800_000)
    return {
        **owner(number, hosts),
        "powerstate": "poweredOff" if number % 20 == 0 else "poweredOn",
        "template": "False",
        "cpus": vcpu,
        "memory": memory_mib,
        "totaldiskcapacitymib": disk_mib,
        "provisionedmib": disk_mib + memory_mib,
        "inusemib": 20_000,
        "datacenter": "DC",
        "osaccordingtothevmwaretools": chance.choice(SYSTEMS),
        "srmplaceholder": "False",
        "firmware": "efi" if number % 3 else "bios",
        "efisecureboot": str(number % 6 == 1),
        "hwversion": 19 if number % 4 else 8,
        "ftstate": "notConfigured",
        "connectionstate": "connected",
        "consolidationneeded": "False",
        "clusterrules": "",
        "nics": 1,
        "disks": 2,
    }


def disk_row(number: int, hosts: int) -> dict[str, object]:
    """One of the two disks of a machine."""
    return {
        **owner(number // 2, hosts),
        "capacitymib": 40960,
        "raw": str(number % 100 == 1),
        "diskmode": "persistent",
        "sharingmode": "sharingNone",
        "sharedbus": "noSharing",
    }


def host_row(number: int) -> dict[str, object]:
    return {
        "host": f"esx-{number:03d}",
        "cluster": f"Cluster{number % 8}",
        "datacenter": "DC",
        "cpumodel": "Intel(R) Xeon(R) Platinum 8280 CPU @ 2.70GHz",
        "speed": 2700,
        "cpu": 2,
        "cores": 56,
        "memory": 786_432,
        "cpuusage": 34,
        "vendor": "Dell Inc.",
        "model": "PowerEdge R740",
    }


def sheet(book: xlsxwriter.Workbook, tab: str, rows: list[dict[str, object]]) -> None:
    """A tab with all its columns; those that a row does not set are filled with text and numbers."""
    names = columns(tab)
    page = book.add_worksheet(tab)
    page.write_row(0, 0, names)
    for number, row in enumerate(rows, start=1):
        page.write_row(number, 0, [row.get(name, FILL if len(name) % 3 else number) for name in names])
