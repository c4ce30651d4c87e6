"""VirtLab's own words."""

from django.utils.translation import gettext_lazy as _

from virtlab.web.glossary.term import Term

LAB = (
    Term("lab", _("Lab"), _("A place to try things: servers and a cloud account of one's own, computed, not real.")),
    Term(
        "lab_clock",
        _("Lab clock"),
        _("The time in a lab; it can be stopped or run faster, and every job follows it."),
    ),
    Term(
        "workload",
        _("Workload"),
        _("The work itself, whatever it runs on: the same workload can run on a virtual machine or on an instance."),
    ),
    Term(
        "trace",
        _("Trace"),
        _("The CPU and memory that a workload asked for over time, measured or made up."),
    ),
    Term(
        "operation",
        _("Operation"),
        _("Something that one can do to a VM, a host or a volume, such as to resize it."),
        vsphere="Action",
        hyperv="Action",
        kvm="virsh command",
        aws="API action",
    ),
    Term(
        "job",
        _("Job"),
        _("An operation that was started: it takes its time, and can fail, be cancelled or be tried again."),
        vsphere="Task",
        hyperv="Job",
        kvm="Job (virsh domjobinfo)",
    ),
    Term("step", _("Step"), _("A part of a job, with a duration and an effect of its own.")),
    Term(
        "scene",
        _("Scene"),
        _("A prepared sequence for teaching, such as a snapshot, an update that fails, and the way back."),
    ),
    Term(
        "migration",
        _("Migration"),
        _("Moving work from one side to the other, or from one host to another."),
        vsphere="Migration",
        hyperv="Migration",
        kvm="Migration",
        aws="AWS Application Migration Service",
    ),
    Term(
        "wave",
        _("Wave"),
        _("VMs that are moved together, because they depend on each other."),
        aws="Wave (Application Migration Service)",
    ),
    Term(
        "cutover",
        _("Cutover"),
        _("The moment from which users work on the new VM and no longer on the old one."),
        aws="Cutover (Application Migration Service)",
    ),
)
