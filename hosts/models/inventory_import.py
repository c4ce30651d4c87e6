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
    COLUMNS = "columns", _("To be answered")
    READY = "ready", _("To be accepted")
    REFUSED = "refused", _("Refused")
    ACCEPTING = "accepting", _("Being written")
    ACCEPTED = "accepted", _("Accepted")
    DISCARDED = "discarded", _("Discarded")


class AcceptMode(models.TextChoices):
    """What accepting does with what the lab has."""

    REPLACE = "replace", _("Replace the estate")
    ADD = "add", _("Add to the estate")
    UPDATE = "update", _("Update the VMs of the same names, add the others")
    TRACES = "traces", _("Only give the lab's VMs their traces")


class DemoChoice(models.TextChoices):
    """What replacing the estate does with what the demo put on the cloud side."""

    REMOVE = "remove", _("Remove all of it")
    UNTOUCHED = "untouched", _("Remove what nobody has changed")
    KEEP = "keep", _("Keep it")


BUSY = (ImportState.WAITING, ImportState.READING, ImportState.ACCEPTING)
OPEN = (ImportState.COLUMNS, ImportState.READY, ImportState.REFUSED)


def private_path(instance: "InventoryImport | ImportFile", filename: str) -> str:
    """Where an upload lies: under a name that nobody can guess and that has nothing of the user's in it."""
    return f"imports/{instance.lab_id}/{secrets.token_hex(16)}"


class InventoryImport(models.Model):
    """Files that were uploaded together: `upload` and `more_files`. What was read of them is kept packed in `content`
    until it is accepted or discarded.

    waiting → reading → ready → accepting → accepted
       ↑          ↘ refused    columns, ready, refused → discarded
       ╰ columns ←╯
    What a file leaves open (which column is what, the order of its dates) waits in `columns`, its files kept, until its
    user has answered.
    A job that ends without an answer leaves reading → refused, accepting → ready (`services.release_stranded`).
    """

    lab = models.ForeignKey(Lab, verbose_name=_("lab"), on_delete=models.CASCADE, related_name="inventory_imports")
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    file_name = models.CharField(_("file"), max_length=255)
    size_bytes = models.PositiveBigIntegerField(_("size (bytes)"))
    upload = models.FileField(upload_to=private_path, blank=True)
    traces = models.FileField(upload_to=private_path, blank=True)
    sha256 = models.CharField(_("SHA-256 of the files"), max_length=64, blank=True, default="", db_index=True)
    anonymous = models.BooleanField(_("names replaced"), default=False)
    question = models.JSONField(_("what is to be answered"), default=dict, blank=True)
    without = models.JSONField(_("tables left out on request"), default=list, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ImportState, default=ImportState.WAITING)
    format = models.CharField(_("format"), max_length=20, blank=True, default="")
    summary = models.JSONField(_("summary"), default=dict, blank=True)
    refusal = models.JSONField(_("why refused"), default=dict, blank=True)
    content = models.BinaryField(_("what was read"), default=b"")
    mode = models.CharField(_("accepted as"), max_length=10, choices=AcceptMode, blank=True, default="")
    vcenters_apart = models.BooleanField(_("vCenters of other names count as others"), default=False)
    demo = models.CharField(_("the demo on the cloud side"), max_length=9, choices=DemoChoice, blank=True, default="")
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
        """Takes the uploaded files and the traces read from them off the disk."""
        self.upload.delete(save=False)
        self.traces.delete(save=False)
        if self.pk:
            self.more_files.all().delete()


class ImportFile(models.Model):
    """A file that was uploaded beside the first one of an import, to be read together with it."""

    staged = models.ForeignKey(
        InventoryImport, verbose_name=_("import"), on_delete=models.CASCADE, related_name="more_files"
    )
    file_name = models.CharField(_("file"), max_length=255)
    upload = models.FileField(upload_to=private_path)

    class Meta:
        verbose_name = _("further file")
        verbose_name_plural = _("further files")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def lab_id(self) -> int:
        """The lab of its import."""
        return self.staged.lab_id


class ColumnMatching(models.Model):
    """Which column is what in tables of one header, as a user of the lab said once."""

    lab = models.ForeignKey(Lab, verbose_name=_("lab"), on_delete=models.CASCADE, related_name="column_matchings")
    header_key = models.CharField(_("header"), max_length=64)
    positions = models.JSONField(_("columns"), default=dict)
    units = models.JSONField(_("units"), default=dict)

    class Meta:
        verbose_name = _("matching of columns")
        verbose_name_plural = _("matchings of columns")
        constraints = [models.UniqueConstraint(fields=["lab", "header_key"], name="one_matching_per_header_and_lab")]

    def __str__(self) -> str:
        return f"{self.lab}: {', '.join(self.positions)}"


class Pseudonym(models.Model):
    """The number of a name in a lab that does not keep the name itself, but only a keyed digest of it."""

    lab = models.ForeignKey(Lab, verbose_name=_("lab"), on_delete=models.CASCADE, related_name="pseudonyms")
    kind = models.CharField(_("kind"), max_length=12)
    digest = models.CharField(_("digest of the name"), max_length=64)
    number = models.PositiveIntegerField(_("number"))

    class Meta:
        verbose_name = _("pseudonym")
        verbose_name_plural = _("pseudonyms")
        constraints = [
            models.UniqueConstraint(fields=["lab", "kind", "digest"], name="one_pseudonym_per_name_and_lab"),
            models.UniqueConstraint(fields=["lab", "kind", "number"], name="one_name_per_pseudonym_and_lab"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}-{self.number:04d}"
