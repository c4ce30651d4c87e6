"""Rules on devices and on what binds a machine to its host."""

from django.utils.translation import gettext_lazy as _

from hosts.choices import VmFact
from virtlab.compare.readiness.rule import PRACTICE, Rule, any_of, counts, is_word, on, says

DEVICES = (
    Rule(
        code="usb",
        title=_("USB device"),
        topic=_("USB devices"),
        asks=any_of(VmFact.USB_DEVICES),
        shows=counts(VmFact.USB_DEVICES, _("USB devices: %(count)s")),
        remedy=_("Replace it (a licence key by file or by network) or keep it behind a USB server: EC2 has no USB."),
        effects=on(condition="ec2 containers serverless hosts"),
        source=PRACTICE,
    ),
    Rule(
        code="passthrough",
        title=_("Device passed through"),
        topic=_("Devices passed through"),
        asks=any_of(VmFact.PASSTHROUGH),
        shows=says(_("It has a PCI device, or a part of a GPU, of its host.")),
        remedy=_(
            "Find out what the device is. A type with a GPU is looked for, and a GPU card on hosts priced; other "
            "devices need another way. A host that it moves to needs one of its own."
        ),
        effects=on(condition="ec2 containers hosts", stop="serverless"),
        source=PRACTICE,
    ),
    Rule(
        code="cd-connected",
        title=_("CD connected"),
        topic=_("CD drive"),
        asks=any_of(VmFact.CD_CONNECTED),
        shows=counts(VmFact.CD_CONNECTED, _("CD or DVD drives connected: %(count)s")),
        remedy=_("Disconnect it: an image on a host's own storage keeps the VM from moving."),
        effects=on(note="ec2", condition="hosts"),
        source=_("VMware, vMotion requirements: no virtual device backed by what the target cannot reach"),
    ),
    Rule(
        code="fault-tolerance",
        title=_("Fault tolerance"),
        asks=any_of(VmFact.FAULT_TOLERANCE),
        shows=says(_("A second VM runs in step with it (vSphere Fault Tolerance).")),
        remedy=_("Turn it off for the move and meet its availability otherwise: EC2 has nothing like it."),
        effects=on(condition="ec2 containers serverless", note="hosts"),
        source=PRACTICE,
    ),
    Rule(
        code="affinity",
        title=_("Affinity rule"),
        topic=_("Affinity rules"),
        asks=any_of(VmFact.AFFINITY),
        shows=says(_("A rule keeps it with or apart from others, or on certain hosts.")),
        remedy=_("Take the rule over: placement groups (spread, cluster) on EC2, DRS rules on new hosts."),
        effects=on(condition="ec2", note="containers hosts"),
        source=_('Amazon EC2 User Guide, "Placement groups for your Amazon EC2 instances" (2026)'),
    ),
    Rule(
        code="tools-missing",
        title=_("Tools not installed or not running"),
        topic=_("State of tools"),
        asks=is_word(VmFact.TOOLS, "none", "stopped"),
        shows=says(_("The hypervisor's tools do not answer.")),
        remedy=_("Install them, or copy with an agent: without them nobody stops the system well for the copy."),
        effects=on(note="ec2 hosts"),
        source=PRACTICE,
    ),
    Rule(
        code="tools-old",
        title=_("Tools outdated"),
        topic=_("Version of tools"),
        asks=is_word(VmFact.TOOLS, "old"),
        shows=says(_("The hypervisor's tools are older than its host's.")),
        remedy=_("Update them before the move."),
        effects=on(note="ec2 hosts"),
        source=PRACTICE,
    ),
)
