"""The file beside a running guest's disk that stands for its memory: ESXi swaps to it, Workstation backs the memory
with it. How large it is, and its source: `memory_file_share` of each hypervisor's rules.

Hyper-V pages a guest to a file only where it restarts one under Dynamic Memory without enough memory (Smart Paging;
A. Finn, Smart Paging in Hyper-V Dynamic Memory, petri.com, 2014-04): none lasts. Under KVM a guest is a process of its
host, whose swap serves all guests together; Xen and VirtualBox document no such file.
"""

from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.engine.units import MIB_PER_GIB

MEMORY_FILES = {"esxi": ".vswp", "workstation": ".vmem"}
"""What the file is called, by hypervisor."""


def memory_file_gib(hypervisor: str, memory_mib: int) -> float:
    """GiB of the file of a guest with so much memory that runs; 0 under a hypervisor that makes none."""
    share = HYPERVISORS[hypervisor].rules.memory_file_share
    return share.value * memory_mib / MIB_PER_GIB if share else 0.0
