"""What a VM can be at most: anything above is a mistake of the file, not a VM."""

MAX_VCPU = 2_048
MAX_CORES = 4_096
MAX_MEMORY_MIB = 64 * 1024.0**2  # 64 TiB
MAX_DISK_MIB = 16 * 1024.0**3  # 16 PiB
MAX_MHZ = 100_000.0
MAX_PER_MONTH = 1e13
MAX_GUESTS = 100_000  # VMs or vCPU of one host
