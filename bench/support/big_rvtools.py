"""An RVTools export as large as is wanted, with every column that version 4 writes and the tabs that make it heavy."""

import json
import random
from pathlib import Path

import xlsxwriter

from hosts.inventory.files.tables import RVTOOLS_COLUMNS

VMS_PER_HOST = 25
SIZES = ((1, 2048), (2, 4096), (2, 8192), (4, 8192), (4, 16384), (8, 32768), (16, 65536))
SYSTEMS = ("Microsoft Windows Server 2019 (64-bit)", "Red Hat Enterprise Linux 8 (64-bit)", "Ubuntu Linux (64-bit)")
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
    sheet(book, "vCPU", [{"vm": f"vm-{n:05d}", "cpus": 2, "overall": chance.randint(10, 900)} for n in range(vms)])
    sheet(book, "vMemory", [{"vm": f"vm-{n:05d}", "sizemib": 4096, "active": 512} for n in range(vms)])
    sheet(book, "vDisk", [{"vm": f"vm-{n // 2:05d}", "capacitymib": 40960} for n in range(vms * 2)])
    partition = {"capacitymib": 40960, "consumedmib": 20480}
    sheet(book, "vPartition", [{"vm": f"vm-{n // 2:05d}", **partition} for n in range(vms * 2)])
    sheet(book, "vNetwork", [{"vm": f"vm-{n:05d}"} for n in range(vms)])
    sheet(book, "vHost", [host_row(number) for number in range(hosts)])
    book.close()
    return path


def vm_row(number: int, hosts: int, chance: random.Random) -> dict[str, object]:
    """One machine."""
    vcpu, memory_mib = chance.choice(SIZES)
    host, disk_mib = number % hosts, chance.randint(20_000, 800_000)
    return {
        "vm": f"vm-{number:05d}",
        "powerstate": "poweredOff" if number % 20 == 0 else "poweredOn",
        "template": "False",
        "cpus": vcpu,
        "memory": memory_mib,
        "totaldiskcapacitymib": disk_mib,
        "provisionedmib": disk_mib + memory_mib,
        "inusemib": 20_000,
        "datacenter": "DC",
        "cluster": f"Cluster{host % 8}",
        "host": f"esx-{host:03d}.example.com",
        "osaccordingtothevmwaretools": chance.choice(SYSTEMS),
        "vmid": f"vm-{number}",
        "vmuuid": f"uuid-{number}",
        "srmplaceholder": "False",
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
