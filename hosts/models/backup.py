"""Backups of guests, kept apart from the datastores of their disks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hosts.choices import GuestHealth
from hosts.models.estate import Cluster, VirtualMachine
from virtlab.labs.models import Lab


class Backup(models.Model):
    """A whole copy of a guest's disk as it was at a lab time; it needs neither the disk nor its snapshots, and stays
    when the guest is deleted.
    """

    lab = models.ForeignKey(Lab, verbose_name=_("lab"), on_delete=models.CASCADE, related_name="backups")
    cluster = models.ForeignKey(Cluster, verbose_name=_("cluster"), on_delete=models.CASCADE, related_name="backups")
    vm = models.ForeignKey(
        VirtualMachine,
        verbose_name=_("virtual machine"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="backups",
        help_text=_("None once it is deleted."),
    )
    vm_name = models.CharField(_("name of the virtual machine"), max_length=255)
    name = models.CharField(_("name"), max_length=80)
    taken_lab_at = models.DateTimeField(_("taken (lab time)"))
    gib = models.FloatField(_("size (GiB)"))
    quiesced = models.BooleanField(_("quiesced"), default=False)
    # As a snapshot keeps it, with what a new guest needs beside: thin, anti_affinity, workload (COPIED columns).
    configuration = models.JSONField(_("configuration"), default=dict)

    class Meta:
        verbose_name = _("backup")
        verbose_name_plural = _("backups")
        ordering = ["taken_lab_at", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def health(self) -> GuestHealth:
        """How the guest's system was when it was taken."""
        return GuestHealth(self.configuration["health"])
