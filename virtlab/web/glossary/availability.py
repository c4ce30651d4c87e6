"""Where virtual machines run, and what happens when a host does not."""

from django.utils.translation import gettext_lazy as _

from virtlab.web.glossary.term import Term

AVAILABILITY = (
    Term(
        "resource_pool",
        _("Resource pool"),
        _("A part of a cluster's CPU and memory that a group of virtual machines shares."),
        vsphere="Resource pool",
        hyperv="Resource pool (for metering)",
        kvm="Resource partition",
    ),
    Term(
        "affinity",
        _("Affinity, anti-affinity"),
        _("Rules that keep virtual machines together on one host, or apart on different ones."),
        vsphere="VM/Host rules",
        hyperv="Cluster affinity rules",
        kvm="Server groups (OpenStack)",
        aws="Placement group",
    ),
    Term(
        "ha",
        _("HA (high availability)"),
        _("Starts the virtual machines of a failed host again on other hosts."),
        vsphere="vSphere HA",
        hyperv="Failover Clustering",
        kvm="Pacemaker",
        aws="Automatic instance recovery",
    ),
    Term(
        "status_checks",
        _("Status checks"),
        _("Every minute the cloud looks whether an instance, the hardware under it and its volumes are well."),
        vsphere="Host and VM monitoring (vSphere HA)",
        hyperv="Heartbeat (integration services)",
        aws="Status checks (system, instance, attached EBS)",
    ),
    Term(
        "admission_control",
        _("Admission control"),
        _("Refuses what would leave too little room to restart the virtual machines of a failed host."),
        vsphere="HA admission control",
        hyperv="Cluster reserve (VMM)",
    ),
    Term(
        "live_migration",
        _("Live migration"),
        _("Moves a running virtual machine to another host; its users notice a moment at most."),
        vsphere="vMotion",
        hyperv="Live migration",
        kvm="virsh migrate --live",
    ),
    Term(
        "maintenance_mode",
        _("Maintenance mode"),
        _("A host that runs no virtual machines for a while, so that it can be serviced: they move away first."),
        vsphere="Maintenance mode",
        hyperv="Pause, drain roles",
    ),
    Term(
        "availability",
        _("Availability"),
        _("Of the time that a machine ran, the part in which it could be reached."),
        vsphere="Uptime",
        aws="Monthly Uptime Percentage (SLA)",
    ),
    Term(
        "fault",
        _("Fault"),
        _("A failure that is made to happen, to see what it does."),
        aws="AWS Fault Injection Service",
    ),
)
