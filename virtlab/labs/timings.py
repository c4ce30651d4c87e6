"""The figures behind the durations of operations (engine/timings.py) as parameters: for everybody, and a lab's own."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from virtlab.engine.durations.timings import Timings
from virtlab.engine.sourced import Sourced, chosen, figures_of
from virtlab.labs.models import Lab
from virtlab.labs.parameters import ParameterSpec, lab_values
from virtlab.web.lazy_text import LazyText

GROUP = "durations"
GROUP_NAME = _("Durations of operations")
PREFIX = "timing_"
SHARE_OF_VALUE = 0.1
LABELS: dict[str, LazyText] = {
    "ec2_api_s": _("EC2: a request is answered"),
    "ec2_pending_s": _("EC2: pending to running"),
    "ec2_first_boot_linux_s": _("EC2: first boot, Linux"),
    "ec2_first_boot_windows_s": _("EC2: first boot, Windows"),
    "ec2_metal_boot_s": _("EC2: start of a bare-metal instance, after pending"),
    "ec2_stop_s": _("EC2: stopping to stopped"),
    "ec2_metal_stop_s": _("EC2: stopping to stopped, bare metal"),
    "ec2_release_s": _("EC2: terminating a stopped instance"),
    "ec2_modify_s": _("EC2: changing an instance's attribute"),
    "ec2_status_check_s": _("EC2: a failed system status check"),
    "ec2_recovery_s": _("EC2: automatic recovery"),
    "ebs_snapshot_mib_per_s": _("EBS: rate of a snapshot"),
    "ebs_snapshot_start_s": _("EBS: setting up a snapshot"),
    "ebs_volume_ready_s": _("EBS: a new volume becomes available"),
    "ebs_initialise_mib_per_s": _("EBS: rate of filling a volume from a snapshot"),
    "ebs_fast_restore_s_per_tib": _("EBS: enabling fast snapshot restore"),
    "ami_registration_s": _("EC2: registering an image"),
    "region_copy_mib_per_s": _("Copy to another region: rate of one snapshot"),
    "region_copies_mib_per_s": _("Copies to another region: rate of all together"),
    "ha_detect_s": _("A host is declared dead after"),
    "ha_restart_s": _("Restart after a host's failure: choosing another host"),
    "drs_interval_s": _("Time between two checks of the balance"),
    "boot_linux_s": _("Boot, Linux"),
    "boot_windows_s": _("Boot, Windows Server"),
    "shutdown_linux_s": _("Shutdown, Linux"),
    "shutdown_windows_s": _("Shutdown, Windows Server"),
    "host_boot_s": _("Boot of a host"),
    "host_shutdown_s": _("Shutdown of a host"),
    "reconfigure_s": _("Changing a configuration"),
    "container_start_s": _("Start of a container"),
    "microvm_start_s": _("Start of a microVM"),
    "linked_clone_s": _("Linked clone"),
    "customise_linux_s": _("Setting a copy's name and address, Linux"),
    "customise_windows_s": _("Setting a copy's name and address, Windows Server"),
    "install_by_hand_s": _("Installing a VM by hand"),
    "snapshot_s": _("Snapshot, without its memory"),
    "datastore_mib_per_s": _("Throughput of a datastore that states none"),
    "host_storage_link_gbps": _("A host's link to storage, each way"),
    "wan_mbps": _("The site's line to the cloud, each way"),
    "chain_read_share": _("Longer reads for each delta disk in a chain"),
}
UNITS: dict[str, LazyText] = {
    "s per TiB": _("s per TiB"),
    "of a read, for each delta disk; twice as much for one that holds the whole disk": _(
        "of a read, for each delta disk; twice as much for one that holds the whole disk"
    ),
}


def timing_key(name: str) -> str:
    """The parameter behind a figure of `Timings`."""
    if name not in LABELS:
        raise KeyError(name)
    return PREFIX + name


def timings_from(values: Mapping[str, float]) -> Timings:
    """The durations as a lab's values (labs.parameters.lab_values) say, else as the engine assumes them."""
    return chosen(Timings, values, PREFIX)


def timings_of(lab: Lab) -> Timings:
    """The durations in force for a lab: its own, else everybody's (two queries)."""
    return timings_from(lab_values(lab))


def _spec(name: str, known: Sourced) -> ParameterSpec:
    low, high = known.range
    return ParameterSpec(
        key=timing_key(name),
        label=LABELS[name],
        unit=UNITS.get(known.unit, known.unit),
        default=known.value,
        minimum=low,
        maximum=high,
        step=known.value * SHARE_OF_VALUE,
        group=GROUP,
        source=known.source,
        source_date=known.date,
        kind=known.kind.value,
    )


TIMINGS = tuple(_spec(name, known) for name, known in figures_of(Timings).items())
