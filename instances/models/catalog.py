"""The cloud side: regions, zones, instance types, prices."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from instances.choices import REGION_NAMES, Hypervisor, PriceRule, Service
from virtlab.labs.choices import FigureKind
from virtlab.labs.validators import check_source_date

GRID_RANGE = [MinValueValidator(0), MaxValueValidator(2000)]
WATTS_RANGE = [MinValueValidator(0), MaxValueValidator(100)]
PRICE_RANGE = [MinValueValidator(Decimal("0.000001")), MaxValueValidator(Decimal(2000))]
SERVICE_RANGE = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(10_000))]
SHARE_RANGE = [MinValueValidator(0.01), MaxValueValidator(1)]


def lasting_vcpu(vcpu: int, burstable: bool, baseline_share: float) -> float:
    """The vCPU that Windows Server is charged for: those of the baseline where a type is burstable, else all."""
    return vcpu * baseline_share if burstable else float(vcpu)


class Sourced(models.Model):
    """A row of a catalog says where its figure comes from, when it held, and how far it can be trusted."""

    kind = models.CharField(_("kind"), max_length=10, choices=FigureKind)
    source = models.CharField(_("source"), max_length=300)
    source_date = models.CharField(_("date of source"), max_length=10, validators=[check_source_date])
    # Set by the admin console: `load_catalog` leaves such rows as they are.
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class CatalogVersion(models.Model):
    """One row whose token changes with every change of the catalog, so that tables made from it can be kept."""

    token = models.CharField(max_length=16)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("catalogue version")
        verbose_name_plural = _("catalogue versions")

    def __str__(self) -> str:
        return self.token


class Region(Sourced):
    """A cloud region; the sourced figure is its grid's carbon intensity."""

    code = models.SlugField(_("code"), primary_key=True, max_length=20)
    name = models.CharField(_("name"), max_length=60)
    country = models.CharField(_("country"), max_length=2)
    grid_g_per_kwh = models.FloatField(_("grid intensity (g CO2e per kWh)"), validators=GRID_RANGE)
    grid_low_g_per_kwh = models.FloatField(_("lowest of the sources (g CO2e per kWh)"), validators=GRID_RANGE)
    grid_high_g_per_kwh = models.FloatField(_("highest of the sources (g CO2e per kWh)"), validators=GRID_RANGE)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    @property
    def label(self) -> str:
        """The region's name in the reader's language."""
        return str(REGION_NAMES.get(self.code, self.name))


class AvailabilityZone(models.Model):
    """One of a region's isolated locations."""

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.CASCADE, related_name="zones")
    name = models.SlugField(_("name"), unique=True, max_length=24)

    class Meta:
        verbose_name = _("availability zone")
        verbose_name_plural = _("availability zones")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CpuPower(Sourced):
    """Watts per vCPU of a processor generation."""

    cpu = models.CharField(_("CPU"), primary_key=True, max_length=60)
    idle_w_per_vcpu = models.FloatField(_("idle (W per vCPU)"), validators=WATTS_RANGE)
    full_w_per_vcpu = models.FloatField(_("full (W per vCPU)"), validators=WATTS_RANGE)

    class Meta:
        verbose_name = _("CPU power coefficient")
        verbose_name_plural = _("CPU power coefficients")
        ordering = ["cpu"]

    def __str__(self) -> str:
        return self.cpu


class InstanceType(Sourced):
    """A size of instance that the cloud rents out."""

    name = models.CharField(_("name"), primary_key=True, max_length=32)
    family = models.CharField(_("family"), max_length=20, db_index=True)
    size = models.CharField(_("size"), max_length=20)
    vcpu = models.PositiveIntegerField(_("vCPU"), validators=[MinValueValidator(1), MaxValueValidator(4096)])
    memory_mib = models.PositiveBigIntegerField(
        _("memory (MiB)"), validators=[MinValueValidator(128), MaxValueValidator(128 * 1024 * 1024)]
    )
    architectures = models.JSONField(_("architectures"))
    hypervisor = models.CharField(_("hypervisor"), max_length=6, choices=Hypervisor)
    cpu = models.CharField(_("CPU"), max_length=80, blank=True, default="")
    cpu_power = models.ForeignKey(
        CpuPower,
        verbose_name=_("power coefficient"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="types",
    )
    clock_ghz = models.FloatField(_("clock (GHz)"), null=True, blank=True)
    cores = models.PositiveIntegerField(_("cores"), null=True, blank=True)
    threads_per_core = models.PositiveSmallIntegerField(_("threads per core"), null=True, blank=True)
    current_generation = models.BooleanField(_("current generation"), default=True)
    burstable = models.BooleanField(_("burstable"), default=False)
    baseline_share = models.FloatField(_("baseline CPU share"), default=1.0, validators=SHARE_RANGE)
    network_performance = models.CharField(_("network"), max_length=60, blank=True, default="")
    network_gbps = models.FloatField(_("network baseline (Gb/s)"), null=True, blank=True)
    network_interfaces = models.PositiveSmallIntegerField(_("network interfaces"), default=1)
    ebs_baseline_mbps = models.FloatField(_("EBS baseline bandwidth (Mb/s)"), null=True, blank=True)
    ebs_baseline_iops = models.PositiveIntegerField(_("EBS baseline IOPS"), null=True, blank=True)
    instance_store_gb = models.FloatField(_("instance store (GB)"), default=0.0)
    accelerators = models.JSONField(_("accelerators"), default=list, blank=True)
    details = models.JSONField(_("other facts"), default=dict, blank=True)

    class Meta:
        verbose_name = _("instance type")
        verbose_name_plural = _("instance types")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def cpu_text(self) -> str:
        """Its processor as the cloud names it, or at least who makes it; empty where neither is known."""
        return self.cpu or str(self.details.get("cpu_maker", ""))

    @property
    def bare_metal(self) -> bool:
        """Whether the guest has the whole server, with its long start."""
        return self.hypervisor == Hypervisor.METAL

    @property
    def lasting_vcpu(self) -> float:
        """The vCPU that Windows Server is charged for."""
        return lasting_vcpu(self.vcpu, self.burstable, self.baseline_share)


class Offering(models.Model):
    """An instance type that can be launched in a region, and in which of its zones: one row, not one per zone,
    which keeps the table at 21,000 rows instead of 64,000.
    """

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.CASCADE, related_name="offerings")
    instance_type = models.ForeignKey(
        InstanceType, verbose_name=_("instance type"), on_delete=models.CASCADE, related_name="offerings"
    )
    zones = models.CharField(_("zones"), max_length=60, help_text=_("The zones' letters, with spaces between."))

    class Meta:
        verbose_name = _("offering")
        verbose_name_plural = _("offerings")
        constraints = [
            models.UniqueConstraint(fields=["region", "instance_type"], name="one_offering_per_region_and_type")
        ]

    def __str__(self) -> str:
        return f"{self.instance_type_id} · {self.region_id}"

    @property
    def zone_names(self) -> list[str]:
        """Full names of the zones."""
        return [f"{self.region_id}{letter}" for letter in self.zones.split()]


class Price(Sourced):
    """The on-demand Linux price of an instance type in a region; other systems and purchase options derive from it."""

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.CASCADE, related_name="prices")
    instance_type = models.ForeignKey(
        InstanceType, verbose_name=_("instance type"), on_delete=models.CASCADE, related_name="prices"
    )
    usd_per_hour = models.DecimalField(_("USD per hour"), max_digits=12, decimal_places=6, validators=PRICE_RANGE)
    rule = models.CharField(_("how found"), max_length=10, choices=PriceRule, default=PriceRule.EDITED)
    basis = models.CharField(
        _("sibling"), max_length=20, blank=True, default="", help_text=_("The family whose regional ratio was used.")
    )

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            models.UniqueConstraint(fields=["region", "instance_type"], name="one_price_per_region_and_type")
        ]

    def __str__(self) -> str:
        return f"{self.instance_type_id} · {self.region_id}"


class ServicePrice(Sourced):
    """A service's price in a region."""

    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.CASCADE, related_name="service_prices"
    )
    service = models.CharField(_("service"), max_length=10, choices=Service)
    item = models.SlugField(_("item"), max_length=60)
    unit = models.CharField(_("unit"), max_length=40)
    usd = models.DecimalField(_("USD per unit"), max_digits=16, decimal_places=10, validators=SERVICE_RANGE)

    class Meta:
        verbose_name = _("service price")
        verbose_name_plural = _("service prices")
        ordering = ["region", "service", "item"]
        constraints = [models.UniqueConstraint(fields=["region", "item"], name="one_service_price_per_region_and_item")]

    def __str__(self) -> str:
        return f"{self.region_id} · {self.item}"
