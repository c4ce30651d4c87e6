"""How long operations take, from physical quantities: sizes in GiB, rates in MiB/s, results in seconds.

The figures are in timings.py. Formulas and sources: docs/model-operations.md, "Durations".

Used by launches, stops, starts and changes of type. `resize_steps` and `ha_restart_steps` are used by duels and by high
availability, snapshots of volumes and their copies by EBS snapshots and AMIs (not yet by a page).
"""

from collections.abc import Sequence
from typing import NamedTuple

from virtlab.engine.durations.timings import Timings
from virtlab.engine.units import GIB_PER_TIB, MIB_PER_GIB

DEFAULT = Timings()


class Step(NamedTuple):
    """A step of an operation: what it is, how long it takes, and whether the guest is down meanwhile."""

    code: str
    duration_s: float
    down: bool = False


def total_s(steps: Sequence[Step]) -> float:
    """Duration of steps one after the other."""
    return sum(step.duration_s for step in steps)


def downtime_s(steps: Sequence[Step]) -> float:
    """How long the guest is down during the steps."""
    return sum(step.duration_s for step in steps if step.down)


def at_rate_s(size_gib: float, rate_mib_per_s: float) -> float:
    """Seconds for `size_gib` at `rate_mib_per_s`. ValueError where the size is negative or the rate not positive."""
    if not rate_mib_per_s > 0:
        raise ValueError(f"The rate must be above zero, not {rate_mib_per_s} MiB/s.")
    if not 0 <= size_gib < float("inf"):
        raise ValueError(f"A size of {size_gib} GiB is not possible.")
    return size_gib * MIB_PER_GIB / rate_mib_per_s


def launch_steps(timings: Timings = DEFAULT, *, windows: bool = False, metal: bool = False) -> tuple[Step, ...]:
    """A new EC2 instance: the call, pending to running, first boot (of a whole server where it is bare metal)."""
    boot_s = timings.ec2_metal_boot_s if metal else timings.first_boot_s(windows=windows)
    return (
        Step("api", timings.ec2_api_s, down=True),
        Step("pending", timings.ec2_pending_s, down=True),
        Step("first_boot", boot_s, down=True),
    )


def instance_stop_steps(timings: Timings = DEFAULT, *, windows: bool = False, metal: bool = False) -> tuple[Step, ...]:
    """Stopping an instance: its own shutdown, then the cloud's part (bare metal: with a whole server)."""
    return (
        Step("shutdown", timings.shutdown_s(windows=windows), down=True),
        Step("stopping", timings.instance_stop_s(metal=metal), down=True),
    )


def instance_start_steps(timings: Timings = DEFAULT, *, windows: bool = False, metal: bool = False) -> tuple[Step, ...]:
    """Starting a stopped instance: the call, pending to running, an ordinary boot (bare metal: a whole server's)."""
    boot_s = timings.ec2_metal_boot_s if metal else timings.boot_s(windows=windows)
    return (
        Step("api", timings.ec2_api_s, down=True),
        Step("pending", timings.ec2_pending_s, down=True),
        Step("boot", boot_s, down=True),
    )


def resize_steps(timings: Timings = DEFAULT, *, live: bool, windows: bool = False) -> tuple[Step, ...]:
    """CPU or memory of a VM on an own host: at once where the hypervisor can, else stop, change, start."""
    if live:
        return (Step("reconfigure", timings.reconfigure_s),)
    return (
        Step("shutdown", timings.shutdown_s(windows=windows), down=True),
        Step("reconfigure", timings.reconfigure_s, down=True),
        Step("boot", timings.boot_s(windows=windows), down=True),
    )


def ha_restart_steps(timings: Timings = DEFAULT, *, windows: bool = False) -> tuple[Step, ...]:
    """After a host is lost: it is declared dead, its VMs are registered elsewhere, and boot."""
    return (
        Step("detect", timings.ha_detect_s, down=True),
        Step("restart", timings.ha_restart_s, down=True),
        Step("boot", timings.boot_s(windows=windows), down=True),
    )


def ebs_snapshot_s(changed_gib: float, timings: Timings = DEFAULT) -> float:
    """A snapshot of a volume: the changed blocks alone (all of them the first time)."""
    return timings.ebs_snapshot_start_s + at_rate_s(changed_gib, timings.ebs_snapshot_mib_per_s)


def volume_from_snapshot_s(size_gib: float, timings: Timings = DEFAULT) -> tuple[float, float]:
    """(usable after, at full speed after) seconds: blocks come when first read, or at the provisioned rate."""
    ready_s = timings.ebs_volume_ready_s
    return ready_s, ready_s + at_rate_s(size_gib, timings.ebs_initialise_mib_per_s)


def fast_restore_s(size_gib: float, timings: Timings = DEFAULT) -> float:
    """Until fast snapshot restore is enabled for a snapshot of this size."""
    return size_gib / GIB_PER_TIB * timings.ebs_fast_restore_s_per_tib


def ami_s(changed_gib: Sequence[float], timings: Timings = DEFAULT) -> float:
    """An image of an instance: the snapshots of its volumes, taken side by side, then the registration."""
    snapshots = (ebs_snapshot_s(changed, timings) for changed in changed_gib)
    return max(snapshots, default=0.0) + timings.ami_registration_s


def region_copy_s(sizes_gib: Sequence[float], timings: Timings = DEFAULT) -> float:
    """Snapshots (or those of an image) to another region, side by side: each at most at its own rate, all within the
    sum.
    """
    slowest = max((at_rate_s(size, timings.region_copy_mib_per_s) for size in sizes_gib), default=0.0)
    return max(slowest, at_rate_s(sum(sizes_gib), timings.region_copies_mib_per_s))
