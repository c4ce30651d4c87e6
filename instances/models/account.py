"""What a lab has in the cloud: images, instances, launch templates."""

import secrets
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from instances.choices import CheckState, CreditMode, InstanceState, PurchaseOption, Virtualization
from instances.models.placement import PlacementGroup
from virtlab.labs.choices import Architecture, OperatingSystem
from virtlab.labs.models import Lab, Workload

if TYPE_CHECKING:
    from instances.models.volume import Volume


def new_instance_id() -> str:
    """An identifier as the cloud gives them."""
    return f"i-{secrets.token_hex(8)}0"


class Image(models.Model):
    """A machine image (AMI) of one region; without a lab it is the cloud's own and everybody's."""

    lab = models.ForeignKey(
        Lab, verbose_name=_("lab"), null=True, blank=True, on_delete=models.CASCADE, related_name="images"
    )
    region = models.ForeignKey(
        "instances.Region", verbose_name=_("region"), on_delete=models.CASCADE, related_name="images"
    )
    image_id = models.CharField(_("image ID"), max_length=24)
    name = models.CharField(_("name"), max_length=255)
    operating_system = models.CharField(
        _("operating system"), max_length=10, choices=OperatingSystem, default=OperatingSystem.LINUX
    )
    architecture = models.CharField(_("architecture"), max_length=10, choices=Architecture, default=Architecture.X86_64)
    virtualization = models.CharField(
        _("virtualization"), max_length=12, choices=Virtualization, default=Virtualization.HVM
    )
    ena = models.BooleanField(_("ENA network driver"), default=True)
    nvme = models.BooleanField(_("NVMe disk driver"), default=True)
    root_gib = models.PositiveIntegerField(_("root volume (GiB)"), default=8)
    root_device = models.CharField(_("root device"), max_length=20, default="/dev/xvda")
    current = models.BooleanField(_("current"), default=True)
    illustrative = models.BooleanField(
        _("illustrative"), default=False, help_text=_("Its system is real; its name and ID are made up.")
    )
    support_ends = models.DateField(_("maker's support ends"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
    source_date = models.CharField(_("date of source"), max_length=10, blank=True, default="")

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["region", "image_id", "lab"], name="one_image_per_region_and_lab"),
            models.UniqueConstraint(
                fields=["region", "image_id"], condition=models.Q(lab=None), name="one_public_image_per_region"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LaunchTemplate(models.Model):
    """The answers of a launch form under a name, to launch the same again."""

    lab = models.ForeignKey(Lab, verbose_name=_("lab"), on_delete=models.CASCADE, related_name="launch_templates")
    name = models.CharField(_("name"), max_length=128)
    version = models.PositiveIntegerField(_("version"), default=1)
    values = models.JSONField(_("launch settings"), default=dict)

    class Meta:
        verbose_name = _("launch template")
        verbose_name_plural = _("launch templates")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["lab", "name"], name="one_launch_template_per_name_and_lab")]

    def __str__(self) -> str:
        return self.name


class Instance(models.Model):
    """A virtual machine of the cloud; what it demands is in its workload's trace."""

    lab = models.ForeignKey(Lab, verbose_name=_("lab"), on_delete=models.CASCADE, related_name="instances")
    region = models.ForeignKey(
        "instances.Region", verbose_name=_("region"), on_delete=models.PROTECT, related_name="instances"
    )
    zone = models.CharField(_("availability zone"), max_length=24)
    instance_id = models.CharField(_("instance ID"), max_length=24, unique=True, default=new_instance_id)
    name = models.CharField(_("name"), max_length=255)
    instance_type = models.ForeignKey(
        "instances.InstanceType", verbose_name=_("instance type"), on_delete=models.PROTECT, related_name="instances"
    )
    image = models.ForeignKey(
        Image, verbose_name=_("image"), null=True, blank=True, on_delete=models.RESTRICT, related_name="instances"
    )
    workload = models.OneToOneField(
        Workload,
        verbose_name=_("workload"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="instance",
    )
    operating_system = models.CharField(
        _("operating system"), max_length=10, choices=OperatingSystem, default=OperatingSystem.LINUX
    )
    state = models.CharField(_("state"), max_length=13, choices=InstanceState, default=InstanceState.PENDING)
    purchase = models.CharField(
        _("purchase option"), max_length=10, choices=PurchaseOption, default=PurchaseOption.ON_DEMAND
    )
    # What a commitment was bought for: the type at launch, whatever the instance becomes.
    committed_type = models.ForeignKey(
        "instances.InstanceType",
        verbose_name=_("committed to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # When the launch was asked for: the cloud counts what is launched in a while.
    requested_lab_at = models.DateTimeField(_("requested (lab time)"), null=True, blank=True)
    launched_lab_at = models.DateTimeField(_("launched (lab time)"), null=True, blank=True)
    # The compute charge runs only while the instance does: what ran before, and since when it runs now. `covered_s` is
    # what of it lay in the term of a commitment. Both begin anew with each type; what was before is kept.
    ran_s = models.FloatField(_("ran before (s)"), default=0.0)
    covered_s = models.FloatField(_("of it in a commitment's term (s)"), default=0.0)
    ran_earlier_s = models.FloatField(_("ran on earlier types (s)"), default=0.0)
    accrued_usd = models.FloatField(_("charged for earlier types (USD)"), default=0.0)
    running_since_lab_at = models.DateTimeField(_("running since (lab time)"), null=True, blank=True)
    terminated_lab_at = models.DateTimeField(_("terminated (lab time)"), null=True, blank=True)
    # While its zone is out it is out of reach: not charged, and counted against its availability. So is the time with
    # failed hardware and that of the boot after an outage, which are charged. All are counted over its whole life.
    unreachable_since_lab_at = models.DateTimeField(_("out of reach since (lab time)"), null=True, blank=True)
    unreachable_s = models.FloatField(_("out of reach before (s)"), default=0.0)
    boots_since_lab_at = models.DateTimeField(_("boots after an outage since (lab time)"), null=True, blank=True)
    failed_s = models.FloatField(_("charged though out of reach before (s)"), default=0.0)
    private_address = models.GenericIPAddressField(_("private address"), null=True, blank=True)
    public_address = models.GenericIPAddressField(_("public address"), null=True, blank=True)
    protected = models.BooleanField(_("termination protection"), default=False)
    hibernation = models.BooleanField(_("hibernation allowed"), default=False)
    hibernated = models.BooleanField(_("hibernated"), default=False)
    credit_mode = models.CharField(
        _("CPU credits"),
        max_length=9,
        choices=CreditMode,
        blank=True,
        default="",
        help_text=_("Empty: as its family begins."),
    )
    # CPU credits as they were last written down (negative: owed), launch credits beside them, and when that was: at a
    # stop, a change of mode, and the beginning and end of what keeps it from its work. `surplus_charged` begins anew
    # with each type, as `ran_s` does.
    credits_kept = models.FloatField(_("CPU credits"), default=0.0)
    launch_credits = models.FloatField(_("launch credits"), default=0.0)
    credits_kept_lab_at = models.DateTimeField(_("CPU credits written down (lab time)"), null=True, blank=True)
    surplus_charged = models.FloatField(_("surplus CPU credits charged before"), default=0.0)
    auto_recovery = models.BooleanField(_("automatic recovery"), default=True)
    # What the cloud knows of it while it runs: it notices later than it happens that a system is up or hardware broken.
    status_checks = models.CharField(_("status checks"), max_length=12, choices=CheckState, default=CheckState.PASSED)
    # Since when the host under it is broken, and when it was recovered from that, as text, the last few times.
    system_failed_lab_at = models.DateTimeField(_("system failed (lab time)"), null=True, blank=True)
    recovered_lab_at = models.JSONField(_("recovered (lab time)"), default=list, blank=True)
    placement_group = models.ForeignKey(
        PlacementGroup,
        verbose_name=_("placement group"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="instances",
    )
    partition = models.PositiveSmallIntegerField(_("partition"), null=True, blank=True)
    hibernated_lab_at = models.DateTimeField(_("hibernated since (lab time)"), null=True, blank=True)
    network_interfaces = models.PositiveSmallIntegerField(
        _("network interfaces"), default=1, validators=[MinValueValidator(1), MaxValueValidator(64)]
    )
    store_written = models.BooleanField(
        _("data on the instance store"), default=False, help_text=_("Lost when the instance stops.")
    )
    user_data = models.TextField(_("user data"), blank=True, default="")
    tags = models.JSONField(_("tags"), default=dict, blank=True)
    template = models.ForeignKey(
        LaunchTemplate,
        verbose_name=_("launch template"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="instances",
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("instance")
        verbose_name_plural = _("instances")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(purchase=PurchaseOption.ON_DEMAND, committed_type=None)
                | (~models.Q(purchase=PurchaseOption.ON_DEMAND) & models.Q(committed_type__isnull=False)),
                name="committed_to_a_type",
            )
        ]
        indexes = [
            models.Index(fields=["lab", "state"], name="instances_by_state"),
            models.Index(fields=["lab", "name"], name="instances_by_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def root_volume(self) -> "Volume | None":
        """The volume that it boots from (a query unless "volumes" were loaded); None where it has none."""
        return next((volume for volume in self.volumes.all() if volume.root), None)

    @property
    def runs_windows(self) -> bool:
        """Whether it runs Windows, which takes longer to start and to stop."""
        return bool(self.operating_system == OperatingSystem.WINDOWS)

    @property
    def elastic_address(self) -> bool:
        """Whether its public address is an Elastic IP (a query unless "elastic" was loaded with it)."""
        return hasattr(self, "elastic")
