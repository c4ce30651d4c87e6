"""A file on its way into a lab: uploaded, read, looked at, accepted or discarded."""

import secrets

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from virtlab.jobs.models import Job
from virtlab.labs.models import Lab


class ImportState(models.TextChoices):
    """Where an import stands."""

    WAITING = "waiting", _("Waiting")
    READING = "reading", _("Being read")
    READY = "ready", _("To be accepted")
    REFUSED = "refused", _("Refused")
    ACCEPTING = "accepting", _("Being written")
    ACCEPTED = "accepted", _("Accepted")
    DISCARDED = "discarded", _("Discarded")


class AcceptMode(models.TextChoices):
    """What accepting does with what the lab has."""

    REPLACE = "replace", _("Replace the estate")
    ADD = "add", _("Add to the estate")
    TRACES = "traces", _("Only give the lab's VMs their traces")


BUSY = (ImportState.WAITING, ImportState.READING, ImportState.ACCEPTING)
OPEN = (ImportState.READY, ImportState.REFUSED)


def private_path(instance: "InventoryImport", filename: str) -> str:
    """Where an upload lies: under a name that nobody can guess and that has nothing of the user's in it."""
    return f"imports/{instance.lab_id}/{secrets.token_hex(16)}"


class InventoryImport(models.Model):
    """One uploaded file. What was read of it is kept packed in `content` until it is accepted or discarded.

    waiting → reading → ready → accepting → accepted
                  ↘ refused    ready, refused → discarded
    A job that ends without an answer leaves reading → refused, accepting → ready (`services.release_stranded`).
    """

    lab = models.ForeignKey(Lab, verbose_name=_("lab"), on_delete=models.CASCADE, related_name="inventory_imports")
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    file_name = models.CharField(_("file"), max_length=255)
    size_bytes = models.PositiveBigIntegerField(_("size (bytes)"))
    upload = models.FileField(upload_to=private_path, blank=True)
    traces = models.FileField(upload_to=private_path, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ImportState, default=ImportState.WAITING)
    format = models.CharField(_("format"), max_length=20, blank=True, default="")
    summary = models.JSONField(_("summary"), default=dict, blank=True)
    refusal = models.JSONField(_("why refused"), default=dict, blank=True)
    content = models.BinaryField(_("what was read"), default=b"")
    mode = models.CharField(_("accepted as"), max_length=10, choices=AcceptMode, blank=True, default="")
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    job = models.ForeignKey(
        Job, verbose_name=_("job"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        """The page of the import."""
        return reverse("inventory:show", args=[self.lab.slug, self.pk])

    @property
    def busy(self) -> bool:
        """Whether a worker has it."""
        return self.state in BUSY

    def remove_files(self) -> None:
        """Takes the uploaded file and the traces read from it off the disk."""
        self.upload.delete(save=False)
        self.traces.delete(save=False)
