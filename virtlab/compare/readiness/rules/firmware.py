"""Rules on what a machine starts with and how it is locked up."""

from django.utils.translation import gettext_lazy as _

from hosts.choices import VmFact
from virtlab.compare.readiness.machines import Machines
from virtlab.compare.readiness.rule import Answers, Rule, any_of, counts, is_word, known, on, says

LEAST_HARDWARE = 10
"""vSphere 5.5; the versions before it are from 2012 and earlier."""


def old_hardware(machines: Machines) -> Answers:
    """Virtual hardware of before vSphere 5.5."""
    version = machines.number(VmFact.HARDWARE)
    return known(version, version < LEAST_HARDWARE)


FIRMWARE = (
    Rule(
        code="uefi",
        title=_("UEFI firmware"),
        topic=_("Firmware (BIOS or UEFI)"),
        asks=is_word(VmFact.FIRMWARE, "efi"),
        shows=says(_("Firmware: UEFI")),
        remedy=_("Register its image with boot mode UEFI, and choose a type that starts so."),
        effects=on(note="ec2"),
        source=_('Amazon EC2 User Guide, "Instance launch behavior with boot modes" (2026)'),
    ),
    Rule(
        code="secure-boot",
        title=_("Secure boot"),
        asks=any_of(VmFact.SECURE_BOOT),
        shows=says(_("UEFI Secure Boot is on.")),
        remedy=_("Turn it off for the move and on again with keys in the new image: Windows with it is not imported."),
        effects=on(condition="ec2", note="hosts"),
        source=_('Amazon EC2 User Guide, "Launch an instance with UEFI Secure Boot support" (2026)'),
    ),
    Rule(
        code="encrypted",
        title=_("Encrypted VM"),
        topic=_("Encryption"),
        asks=any_of(VmFact.ENCRYPTED),
        shows=says(_("Its files are encrypted by the hypervisor.")),
        remedy=_("Decrypt it before the move; give new hosts the key provider, and volumes a key of KMS."),
        effects=on(condition="ec2 hosts"),
        source=_('AWS, VM Import/Export User Guide, "Limitations for resources being imported" (2026-11)'),
    ),
    Rule(
        code="vtpm",
        title=_("Virtual TPM"),
        asks=any_of(VmFact.VTPM),
        shows=says(_("It has a virtual TPM.")),
        remedy=_("Suspend BitLocker and what else rests on its keys: they do not come along to NitroTPM."),
        effects=on(condition="ec2", note="hosts"),
        source=_('Amazon EC2 User Guide, "NitroTPM for Amazon EC2 instances" (2026)'),
    ),
    Rule(
        code="old-hardware",
        title=_("Old virtual hardware"),
        topic=_("Version of virtual hardware"),
        asks=old_hardware,
        shows=counts(VmFact.HARDWARE, _("Hardware version: %(count)s")),
        remedy=_("Upgrade the hardware version on new hosts, after the tools."),
        effects=on(note="ec2 hosts"),
        source=_(
            "VMware, virtual machine hardware versions: 10 is vSphere 5.5 (2013); the threshold is field's practice"
        ),
    ),
)
