"""Laboratories, who may enter them, what runs in them, and the parameters all figures rest on."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from virtlab.labs.choices import Architecture, FigureKind, MemorySeenBy, OperatingSystem, Role, TraceKind


def new_slug() -> str:
    """A lab's public name in addresses: 48 random bits, short enough to read out, too many to guess in bulk."""
    return secrets.token_hex(6)


class Lab(models.Model):
    """One laboratory: an on-prem estate, a cloud account, the workloads on both, and a clock of its own."""

    slug = models.SlugField(_("address"), unique=True, default=new_slug, editable=False)
    name = models.CharField(_("name"), max_length=120)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="labs",
    )
    visitor_token = models.CharField(max_length=43, blank=True, default="", db_index=True, editable=False)
    region_code = models.CharField(_("region"), max_length=20, default="ap-northeast-1")
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    used_at = models.DateTimeField(_("last used"), default=timezone.now, db_index=True)
    # Grows with every change of what runs where, so that computed results can be kept per revision.
    revision = models.PositiveBigIntegerField(_("revision"), default=0, editable=False)
    # The clock is a line: at clock_real_at it showed clock_lab_at and since then it runs clock_speed times real time.
    clock_real_at = models.DateTimeField(default=timezone.now, editable=False)
    clock_lab_at = models.DateTimeField(default=timezone.now, editable=False)
    clock_speed = models.FloatField(_("clock speed"), default=60.0)
    # What the reader may do in it, once `access.open_lab` has looked; never stored.
    role: Role | None = None

    class Meta:
        verbose_name = _("lab")
        verbose_name_plural = _("labs")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The lab's page."""
        return reverse("compare:lab", args=[self.slug])

    @property
    def revision_key(self) -> tuple[str, int]:
        """What tells its present state from every other, as `web.cache.LabCache` wants it."""
        return self.slug, self.revision

    def lab_time(self, at: datetime | None = None) -> datetime:
        """What the lab's clock shows at a real moment (now, where none is given)."""
        elapsed = (at or timezone.now()) - self.clock_real_at
        return self.clock_lab_at + timedelta(seconds=elapsed.total_seconds() * self.clock_speed)


class Membership(models.Model):
    """A user's role in a lab that somebody else owns."""

    lab = models.ForeignKey(Lab, verbose_name=_("lab"), on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.VIEWER)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["lab", "user"], name="one_role_per_user_and_lab")]

    def __str__(self) -> str:
        return f"{self.user} · {self.lab}"


class Workload(models.Model):
    """What somebody wants to run: its demand stays the same on whichever side it runs."""

    lab = models.ForeignKey(Lab, verbose_name=_("lab"), on_delete=models.CASCADE, related_name="workloads")
    name = models.CharField(_("name"), max_length=255)
    operating_system = models.CharField(
        _("operating system"), max_length=10, choices=OperatingSystem, default=OperatingSystem.LINUX
    )
    # As its source names it, with the version: its end of life and what it needs of a target follow from that.
    system_name = models.CharField(_("name of the operating system"), max_length=200, blank=True, default="")
    architecture = models.CharField(_("architecture"), max_length=10, choices=Architecture, default=Architecture.X86_64)
    application = models.CharField(_("application"), max_length=120, blank=True, default="")
    wave = models.CharField(_("wave"), max_length=120, blank=True, default="")
    tags = models.JSONField(_("tags"), default=dict, blank=True)
    event_driven = models.BooleanField(
        _("event-driven"), default=False, help_text=_("Runs only when called, so serverless functions could carry it.")
    )
    requests_per_month = models.FloatField(_("requests per month"), default=0.0)
    request_duration_ms = models.FloatField(_("duration of a request (ms)"), default=0.0)
    # None: nobody said how much, so that an assumption counts; zero is a figure like any other.
    data_out_gib_per_month = models.FloatField(_("data out (GiB per month)"), null=True, blank=True, default=None)
    # Peaks that an inventory states, as shares (0 … 1) of today's vCPU and memory: floors of what it needs.
    cpu_peak_share = models.FloatField(_("stated peak of CPU"), null=True, blank=True, default=None)
    memory_peak_share = models.FloatField(_("stated peak of memory"), null=True, blank=True, default=None)
    # What it reads and writes on average; None: nobody said how much, so that no limit of a type is asked about it.
    disk_mb_per_s = models.FloatField(_("disk throughput (MB/s)"), null=True, blank=True, default=None)
    disk_iops = models.FloatField(_("disk operations (IOPS)"), null=True, blank=True, default=None)
    network_mb_per_s = models.FloatField(_("network throughput (MB/s)"), null=True, blank=True, default=None)

    class Meta:
        verbose_name = _("workload")
        verbose_name_plural = _("workloads")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["lab", "name"], name="one_workload_per_name_and_lab")]

    def __str__(self) -> str:
        return self.name


class Trace(models.Model):
    """A workload's demand over time: little-endian float32 arrays of equal length."""

    workload = models.OneToOneField(
        Workload, verbose_name=_("workload"), on_delete=models.CASCADE, related_name="trace"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=TraceKind)
    source = models.CharField(_("source"), max_length=200)
    memory_seen_by = models.CharField(
        _("memory seen"), max_length=10, choices=MemorySeenBy, blank=True, default=MemorySeenBy.NOBODY
    )
    start_at = models.DateTimeField(_("start"))
    step_s = models.PositiveIntegerField(_("step (s)"), default=300)
    samples = models.PositiveIntegerField(_("samples"))
    # Of those that were to be expected; the others were bridged by straight lines.
    coverage = models.FloatField(_("share of samples that were measured"), default=1.0)
    cpu_vcpu = models.BinaryField(_("CPU demand (vCPU)"))
    memory_gib = models.BinaryField(_("memory demand (GiB)"))
    # What lists show, so that they need not read the samples; labs.traces.make_trace fills these.
    cpu_mean_vcpu = models.FloatField(_("mean CPU demand (vCPU)"), null=True, editable=False)
    cpu_peak_vcpu = models.FloatField(_("highest CPU demand (vCPU)"), null=True, editable=False)
    memory_mean_gib = models.FloatField(_("mean memory demand (GiB)"), null=True, editable=False)
    memory_peak_gib = models.FloatField(_("highest memory demand (GiB)"), null=True, editable=False)

    class Meta:
        verbose_name = _("trace")
        verbose_name_plural = _("traces")

    def __str__(self) -> str:
        return f"{self.workload} · {self.samples} × {self.step_s} s"


class Parameter(models.Model):
    """The value in force of a figure that somebody may know better; what may be said of it is in labs/parameters.py."""

    key = models.SlugField(_("key"), primary_key=True, max_length=60)
    value = models.FloatField(_("value"))
    source = models.CharField(_("source"), max_length=300)
    source_date = models.CharField(_("date of source"), max_length=10)
    kind = models.CharField(_("kind"), max_length=10, choices=FigureKind, default=FigureKind.ASSUMPTION)

    class Meta:
        verbose_name = _("parameter")
        verbose_name_plural = _("parameters")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class Assumption(models.Model):
    """A lab's own value for a parameter."""

    lab = models.ForeignKey(Lab, verbose_name=_("lab"), on_delete=models.CASCADE, related_name="assumptions")
    key = models.SlugField(_("key"), max_length=60)
    value = models.FloatField(_("value"))

    class Meta:
        verbose_name = _("assumption")
        verbose_name_plural = _("assumptions")
        constraints = [models.UniqueConstraint(fields=["lab", "key"], name="one_assumption_per_key_and_lab")]

    def __str__(self) -> str:
        return f"{self.key} = {self.value:g}"
