"""The on-prem side: server models, clusters, hosts and the virtual machines on them."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from hosts.catalog.checks import check_watts
from hosts.choices import FormFactor, HostState, Hypervisor, PowerState
from hosts.inventory.models import InventoryImport
from virtlab.labs.choices import FigureKind
from virtlab.labs.models import Lab, Workload
from virtlab.labs.validators import check_source_date


class ServerModel(models.Model):
    """A server one can buy, with its measured power curve (watts at idle, 10 … 100 %, or at idle and full)."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    vendor = models.CharField(_("vendor"), max_length=40)
    form_factor = models.CharField(_("form factor"), max_length=10, choices=FormFactor, default=FormFactor.RACK)
    rack_units = models.PositiveSmallIntegerField(_("rack units"), default=2)
    cpu = models.CharField(_("CPU"), max_length=80)
    sockets = models.PositiveSmallIntegerField(_("sockets"), default=2)
    cores = models.PositiveSmallIntegerField(_("cores"), validators=[MinValueValidator(1), MaxValueValidator(2048)])
    threads_per_core = models.PositiveSmallIntegerField(_("threads per core"), default=2)
    memory_gib = models.FloatField(
        _("memory as measured (GiB)"), validators=[MinValueValidator(0.5), MaxValueValidator(65_536)]
    )
    watts = models.JSONField(
        _("watts by load"),
        validators=[check_watts],
        help_text=_("Eleven figures from idle to 100 %, or two: idle and full."),
    )
    price_usd = models.DecimalField(
        _("price (USD)"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1_000_000)],
        help_text=_("An assumption of yours: no open price list exists. Empty means the general assumption."),
    )
    published = models.CharField(_("published"), max_length=10, validators=[check_source_date])
    source = models.CharField(_("source"), max_length=300)
    kind = models.CharField(_("kind"), max_length=10, choices=FigureKind, default=FigureKind.LIST)
    # Set by the admin console: `load_server_models` leaves such rows as they are.
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("server model")
        verbose_name_plural = _("server models")
        ordering = ["published", "name"]

    def __str__(self) -> str:
        return self.name


class Cluster(models.Model):
    """Hosts under one hypervisor that share load."""

    lab = models.ForeignKey(Lab, verbose_name=_("lab"), on_delete=models.CASCADE, related_name="clusters")
    site = models.CharField(_("site"), max_length=80, default="Main")
    name = models.CharField(_("name"), max_length=255)
    hypervisor = models.CharField(_("hypervisor"), max_length=12, choices=Hypervisor, default=Hypervisor.KVM)

    class Meta:
        verbose_name = _("cluster")
        verbose_name_plural = _("clusters")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["lab", "name"], name="one_cluster_per_name_and_lab")]

    def __str__(self) -> str:
        return self.name


class Host(models.Model):
    """A physical server of a cluster. Its own figures count; the model lends the power curve and the price."""

    lab = models.ForeignKey(Lab, verbose_name=_("lab"), on_delete=models.CASCADE, related_name="hosts")
    cluster = models.ForeignKey(Cluster, verbose_name=_("cluster"), on_delete=models.CASCADE, related_name="hosts")
    name = models.CharField(_("name"), max_length=255)
    model = models.ForeignKey(
        ServerModel, verbose_name=_("server model"), on_delete=models.PROTECT, related_name="hosts"
    )
    model_matched = models.BooleanField(
        _("model known"),
        default=True,
        help_text=_("Off where the nearest known model stands in for one without a power curve."),
    )
    reported_model = models.CharField(_("model as reported"), max_length=200, blank=True, default="")
    sockets = models.PositiveSmallIntegerField(_("sockets"), default=2)
    cores = models.PositiveIntegerField(_("cores"))
    threads_per_core = models.PositiveSmallIntegerField(_("threads per core"), default=2)
    memory_mib = models.PositiveBigIntegerField(_("memory (MiB)"))
    state = models.CharField(_("state"), max_length=12, choices=HostState, default=HostState.ON)

    class Meta:
        verbose_name = _("host")
        verbose_name_plural = _("hosts")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["lab", "name"], name="one_host_per_name_and_lab")]

    def __str__(self) -> str:
        return self.name


class VirtualMachine(models.Model):
    """A guest on a host, holding what it was promised; what it demands is in its workload's trace."""

    lab = models.ForeignKey(Lab, verbose_name=_("lab"), on_delete=models.CASCADE, related_name="virtual_machines")
    cluster = models.ForeignKey(
        Cluster, verbose_name=_("cluster"), on_delete=models.CASCADE, related_name="virtual_machines"
    )
    host = models.ForeignKey(
        Host, verbose_name=_("host"), null=True, blank=True, on_delete=models.SET_NULL, related_name="virtual_machines"
    )
    workload = models.OneToOneField(
        Workload,
        verbose_name=_("workload"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="virtual_machine",
    )
    name = models.CharField(_("name"), max_length=255)
    vcpu = models.PositiveIntegerField(_("vCPU"))
    memory_mib = models.PositiveBigIntegerField(_("memory (MiB)"))
    disk_gib = models.FloatField(_("disk provisioned (GiB)"), default=0.0)
    disk_used_gib = models.FloatField(_("disk in use (GiB)"), default=0.0)
    power_state = models.CharField(_("power state"), max_length=10, choices=PowerState, default=PowerState.RUNNING)
    is_template = models.BooleanField(_("template"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("virtual machine")
        verbose_name_plural = _("virtual machines")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["lab", "name"], name="one_vm_per_name_and_lab")]

    def __str__(self) -> str:
        return self.name


__all__ = ["Cluster", "Host", "InventoryImport", "ServerModel", "VirtualMachine"]
