"""The figures behind the durations of operations, each with its source. A lab may set its own (sourced.chosen).

Where nobody publishes a figure it is an assumption and says so.
"""

from dataclasses import dataclass

from virtlab.engine.sourced import Kind, Sourced, figure

READ = "2026-11"
EBS = "Amazon EBS User Guide"
PERCIVAL = "Percival, EC2 boot time benchmarking"


def assumed(value: float, low: float, high: float, what: str) -> Sourced:
    """An assumption in seconds, with the range it may be set in."""
    return Sourced(value, "s", what, READ, Kind.ASSUMPTION, low=low, high=high)


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds, MiB per second, and Gb per second."""

    ec2_api_s: float = figure(Sourced(1.5, "s", f"{PERCIVAL}: RunInstances took 1.54 s", "2021-08-12", low=0.5, high=5))
    ec2_pending_s: float = figure(
        Sourced(
            16.5,
            "s",
            f"Brev, ec2-coldboot-research: 16.4 to 16.6 s over six Nitro types; {PERCIVAL}: 4.9 s in 2021",
            READ,
            low=4.9,
            high=60,
        )
    )
    ec2_first_boot_linux_s: float = figure(
        Sourced(90, "s", "1 to 2 minutes for common Linux images, a few seconds for small ones", READ, low=3, high=180)
    )
    ec2_first_boot_windows_s: float = figure(assumed(300, 120, 900, "First boot of Windows images, with their set-up"))
    ec2_metal_boot_s: float = figure(
        Sourced(
            900,
            "s",
            "Amazon EC2 User Guide: bare metal takes up to 20 minutes from running until it is available",
            READ,
            low=300,
            high=1200,
        )
    )
    ec2_stop_s: float = figure(assumed(30, 5, 600, "From stop to stopped, beyond the operating system's own shutdown"))
    ec2_metal_stop_s: float = figure(
        assumed(300, 30, 1800, "From stop to stopped of a bare-metal server: minutes; AWS states no figure")
    )
    ec2_release_s: float = figure(assumed(3, 0.5, 60, "Terminating a stopped instance, which is on no server"))
    ec2_modify_s: float = figure(assumed(2, 0.5, 30, "ModifyInstanceAttribute"))
    ec2_status_check_s: float = figure(
        assumed(120, 60, 900, "Broken hardware until the system status check says so; it runs every minute")
    )
    ec2_recovery_s: float = figure(assumed(300, 60, 1800, "Automatic recovery: minutes after a failed system check"))
    ebs_snapshot_mib_per_s: float = figure(
        Sourced(
            100, "MiB/s", "Snapshot of changed blocks; AWS states no rate", READ, Kind.ASSUMPTION, low=10, high=1000
        )
    )
    ebs_snapshot_start_s: float = figure(assumed(10, 1, 300, "A snapshot's own set-up"))
    ebs_volume_ready_s: float = figure(assumed(5, 1, 60, "CreateVolume until available"))
    ebs_initialise_mib_per_s: float = figure(
        Sourced(300, "MiB/s", f"{EBS}: provisioned rate for volume initialization", READ, Kind.LIST, low=100, high=300)
    )
    ebs_fast_restore_s_per_tib: float = figure(
        Sourced(
            3600,
            "s per TiB",
            f"{EBS}: fast snapshot restore, 60 minutes per TiB",
            READ,
            Kind.LIST,
            low=600,
            high=36_000,
        )
    )
    ami_registration_s: float = figure(assumed(30, 1, 600, "Registering an image when its snapshots are done"))
    region_copy_mib_per_s: float = figure(
        Sourced(
            500, "MiB/s", f"{EBS}: time-based copies, most for one snapshot", "2024-11-26", Kind.LIST, low=1, high=500
        )
    )
    region_copies_mib_per_s: float = figure(
        Sourced(
            2000,
            "MiB/s",
            f"{EBS}: time-based copies, all between two regions",
            "2024-11-26",
            Kind.LIST,
            low=1,
            high=20_000,
        )
    )
    ha_detect_s: float = figure(
        Sourced(
            15, "s", "VMware vSphere HA: no heartbeat for 15 s, no answer to a ping", "2018", Kind.LIST, low=1, high=600
        )
    )
    ha_restart_s: float = figure(assumed(10, 0, 600, "Choosing a host and registering the VM there"))
    drs_interval_s: float = figure(
        Sourced(
            300,
            "s",
            "VMware vSphere DRS: every 5 minutes; every minute since 7.0",
            "2020",
            Kind.LIST,
            low=60,
            high=3600,
        )
    )
    boot_linux_s: float = figure(assumed(20, 3, 300, "Power-on until services answer, Linux on shared storage"))
    boot_windows_s: float = figure(assumed(45, 10, 900, "Power-on until services answer, Windows Server"))
    shutdown_linux_s: float = figure(assumed(10, 1, 300, "Orderly shutdown, Linux"))
    shutdown_windows_s: float = figure(assumed(30, 1, 600, "Orderly shutdown, Windows Server"))
    host_boot_s: float = figure(assumed(300, 60, 1800, "A server's self-test and its hypervisor's start"))
    host_shutdown_s: float = figure(assumed(60, 10, 600, "A hypervisor's orderly shutdown"))
    reconfigure_s: float = figure(assumed(2, 0.5, 60, "Changing a VM's configuration, live or off"))
    container_start_s: float = figure(assumed(1, 0.1, 10, "Start of a container whose image is present"))
    microvm_start_s: float = figure(
        Sourced(
            0.125, "s", "Firecracker, SPECIFICATION: at most 125 ms to init", "2018-11", Kind.LIST, low=0.01, high=1
        )
    )
    linked_clone_s: float = figure(assumed(5, 1, 60, "Linked clone: a delta disk and a registration"))
    customise_linux_s: float = figure(assumed(20, 0, 600, "Name and address set at first boot (cloud-init)"))
    customise_windows_s: float = figure(assumed(180, 0, 1800, "Name and address set at first boot (sysprep)"))
    install_by_hand_s: float = figure(assumed(1800, 300, 14_400, "Making one VM by hand, system and settings"))
    snapshot_s: float = figure(assumed(2, 0.5, 60, "Snapshot of disks and configuration"))
    datastore_mib_per_s: float = figure(
        Sourced(500, "MiB/s", "Sequential throughput of a small SSD array", READ, Kind.ASSUMPTION, low=10, high=20_000)
    )
    host_storage_link_gbps: float = figure(
        Sourced(10, "Gb/s", "One path of 10 Gb/s Ethernet to shared storage", READ, Kind.ASSUMPTION, low=1, high=400)
    )
    wan_mbps: float = figure(
        Sourced(1000, "Mb/s", "The line to the cloud: your own figure", READ, Kind.ASSUMPTION, low=1, high=400_000)
    )
    chain_read_share: float = figure(
        Sourced(
            0.2,
            "of a read, for each delta disk; twice as much for one that holds the whole disk",
            "VMware, A Closer Look at vSAN Snapshots (2019-12): worse with the age and the depth of a chain and with "
            "what was written since; vSphere Snapshots: Performance and Best Practices (2021-11) advises short "
            "chains; published losses run from 15 % to 85 % of the accesses per second; linear: assumed",
            "2021-11",
            Kind.ASSUMPTION,
            low=0,
            high=2,
        )
    )

    def boot_s(self, *, windows: bool) -> float:
        """Power-on until services answer."""
        return self.boot_windows_s if windows else self.boot_linux_s

    def shutdown_s(self, *, windows: bool) -> float:
        """Orderly shutdown."""
        return self.shutdown_windows_s if windows else self.shutdown_linux_s

    def instance_stop_s(self, *, metal: bool) -> float:
        """From stop to stopped, beyond the operating system's own shutdown."""
        return self.ec2_metal_stop_s if metal else self.ec2_stop_s

    def first_boot_s(self, *, windows: bool) -> float:
        """First boot of a cloud image."""
        return self.ec2_first_boot_windows_s if windows else self.ec2_first_boot_linux_s

    def customise_s(self, *, windows: bool) -> float:
        """Name and address of a copy."""
        return self.customise_windows_s if windows else self.customise_linux_s
