"""Backups of guests, kept apart from the datastores of their disks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hosts.models.estate import VirtualMachine


class Backup(models.Model):
    """A whole copy of a guest's disk as it was at a lab time; it needs neither the disk nor its snapshots."""

    vm = models.ForeignKey(
        VirtualMachine, verbose_name=_("virtual machine"), on_delete=models.CASCADE, related_name="backups"
    )
    name = models.CharField(_("name"), max_length=80)
    taken_lab_at = models.DateTimeField(_("taken (lab time)"))
    gib = models.FloatField(_("size (GiB)"))
    quiesced = models.BooleanField(_("quiesced"), default=False)
    # As a snapshot keeps it.
    configuration = models.JSONField(_("configuration"), default=dict)

    class Meta:
        verbose_name = _("backup")
        verbose_name_plural = _("backups")
        ordering = ["taken_lab_at", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def lab_id(self) -> int:
        """The lab of its guest: whoever may not see that one may not see this."""
        return self.vm.lab_id
