"""The on-prem side: clusters, hosts and the virtual machines on them."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from hosts.choices import GuestHealth, HostState, Hypervisor, PlacementPolicy, PowerState, SetApart
from hosts.models.catalog import ServerModel, model_text
from virtlab.labs.models import Lab, Workload


class Cluster(models.Model):
    """Hosts under one hypervisor that share load."""

    lab = models.ForeignKey(Lab, verbose_name=_("lab"), on_delete=models.CASCADE, related_name="clusters")
    site = models.CharField(_("site"), max_length=80, default="Main")
    name = models.CharField(_("name"), max_length=255)
    hypervisor = models.CharField(_("hypervisor"), max_length=12, choices=Hypervisor, default=Hypervisor.KVM)
    policy = models.CharField(_("placement"), max_length=12, choices=PlacementPolicy, default=PlacementPolicy.BEST_FIT)
    # How much of each host may be allocated: vCPU per thread, and memory as a multiple of what is installed.
    cpu_overcommit = models.FloatField(
        _("CPU overcommit (vCPU per thread)"), default=4.0, validators=[MinValueValidator(0.1), MaxValueValidator(32)]
    )
    memory_overcommit = models.FloatField(
        _("memory overcommit"), default=1.0, validators=[MinValueValidator(0.1), MaxValueValidator(4)]
    )

    class Meta:
        verbose_name = _("cluster")
        verbose_name_plural = _("clusters")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["lab", "name"], name="one_cluster_per_name_and_lab")]

    def __str__(self) -> str:
        return self.name


class Host(models.Model):
    """A physical server of a cluster. Its own figures count; the model lends the power curve and the price."""

    # Whether it is up is asked by needs of steps, not by how a job left it: it is repaired so that jobs may go on.
    moving_columns = ("state",)

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
    rack = models.CharField(_("rack"), max_length=40, blank=True, default="")
    purchased_on = models.DateField(_("purchased"), null=True, blank=True, default=None)
    assumed = models.BooleanField(
        _("assumed"), default=False, help_text=_("Made up for an inventory that does not describe it.")
    )

    class Meta:
        verbose_name = _("host")
        verbose_name_plural = _("hosts")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["lab", "name"], name="one_host_per_name_and_lab")]

    def __str__(self) -> str:
        return self.name

    @property
    def model_text(self) -> str:
        """What it is, by the inventory where only another model's power curve is known."""
        return model_text(self.model.name, self.reported_model, is_own=self.model_matched)


class Datastore(models.Model):
    """Where a cluster's guests keep their disks, their snapshots and the memory of suspended ones."""

    lab = models.ForeignKey(Lab, verbose_name=_("lab"), on_delete=models.CASCADE, related_name="datastores")
    cluster = models.ForeignKey(Cluster, verbose_name=_("cluster"), on_delete=models.CASCADE, related_name="datastores")
    name = models.CharField(_("name"), max_length=255)
    capacity_gib = models.FloatField(_("capacity (GiB)"), validators=[MinValueValidator(1), MaxValueValidator(1e8)])
    reduction = models.FloatField(
        _("data reduction"),
        default=1.0,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=_("GiB that its VMs hold for each GiB that the array uses."),
    )
    mib_per_s = models.FloatField(
        _("throughput (MiB/s)"), default=500.0, validators=[MinValueValidator(10), MaxValueValidator(20_000)]
    )
    assumed = models.BooleanField(
        _("assumed"), default=False, help_text=_("Made up for an inventory that names no datastore.")
    )

    class Meta:
        verbose_name = _("datastore")
        verbose_name_plural = _("datastores")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["lab", "name"], name="one_datastore_per_name_and_lab")]

    def __str__(self) -> str:
        return self.name

    @property
    def room_gib(self) -> float:
        """GiB that its VMs can hold: what the array has, times its data reduction."""
        return self.capacity_gib * self.reduction


class VirtualMachine(models.Model):
    """A guest on a host, holding what it was allocated; what it demands is in its workload's trace."""

    # They follow from time, whoever writes them down.
    moving_columns = ("delta_gib", "delta_lab_at")

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
    set_apart = models.CharField(
        _("set apart"),
        max_length=10,
        choices=SetApart,
        blank=True,
        default=SetApart.NO,
        help_text=_("It stays with the platform: comparisons carry it nowhere."),
    )
    # What its inventory stated besides, by hosts.choices.VmFact; a key that is missing was not stated.
    facts = models.JSONField(_("facts stated"), default=dict, blank=True)
    # By which its inventory knows it under whatever name: its UUID, else its ID.
    identity = models.CharField(_("identity in its inventory"), max_length=120, blank=True, default="", editable=False)
    vcenter = models.CharField(_("vCenter of its identity"), max_length=120, blank=True, default="", editable=False)
    vm_id = models.CharField(_("ID in its vCenter"), max_length=120, blank=True, default="", editable=False)
    datastore = models.ForeignKey(
        Datastore,
        verbose_name=_("datastore"),
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="virtual_machines",
    )
    thin = models.BooleanField(_("thin disk"), default=True)
    hostname = models.CharField(_("host name of the guest OS"), max_length=63, blank=True, default="")
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    # Where it has to be, and with whom it must not share a host.
    pinned = models.BooleanField(_("pinned to its host"), default=False)
    anti_affinity = models.CharField(
        _("anti-affinity group"), max_length=40, blank=True, default="", help_text=_("No two of a group share a host.")
    )
    # A linked clone keeps only what differs from its base, which cannot go while it is there.
    base = models.ForeignKey(
        "self",
        verbose_name=_("linked to"),
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="linked_clones",
    )
    made_from = models.ForeignKey(
        "self",
        verbose_name=_("made from"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="copies",
    )
    # The frozen state that a linked clone goes on from; none where the base is a template, which never changes.
    base_snapshot = models.ForeignKey(
        "Snapshot",
        verbose_name=_("linked to snapshot"),
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="linked_clones",
    )
    # What is below a linked clone's own file, frozen since the clone was made: nothing there changes while it is there.
    below_gib = models.FloatField(_("in use below it, where it is a linked clone (GiB)"), default=0.0)
    below_deltas_gib = models.JSONField(_("delta disks below it, oldest first (GiB)"), default=list, blank=True)
    # Set while it is off: whether vCPU and memory may change while it runs, under hypervisors that ask for it.
    hot_add_cpu = models.BooleanField(_("CPU hot add"), default=False)
    hot_add_memory = models.BooleanField(_("memory hot add"), default=False)
    # Its size at power-on, where it was changed since while it ran.
    vcpu_at_start = models.PositiveIntegerField(_("vCPU at power-on"), null=True, blank=True)
    memory_at_start_mib = models.PositiveBigIntegerField(_("memory at power-on (MiB)"), null=True, blank=True)
    # None: so long ago that nobody knows, as of imported ones.
    powered_on_lab_at = models.DateTimeField(_("powered on (lab time)"), null=True, blank=True)
    suspended_gib = models.FloatField(_("memory kept while suspended (GiB)"), default=0.0)
    health = models.CharField(_("guest OS"), max_length=8, choices=GuestHealth, default=GuestHealth.WELL)
    guest_version = models.PositiveIntegerField(_("updates applied"), default=0)
    snapshot = models.ForeignKey(
        "Snapshot",
        verbose_name=_("you are here"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The snapshot that the running disk goes on from."),
    )
    # The delta disk of the running state: so large at that lab time, and growing while the guest runs. Of a linked
    # clone without snapshots it is in its own file: what it has written anew of that which is below.
    delta_gib = models.FloatField(_("written since that snapshot (GiB)"), default=0.0)
    delta_lab_at = models.DateTimeField(_("as of (lab time)"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("virtual machine")
        verbose_name_plural = _("virtual machines")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["lab", "name"], name="one_vm_per_name_and_lab")]

    def __str__(self) -> str:
        return self.name


class Snapshot(models.Model):
    """A point to which a guest can return: disk and configuration, and its memory where that was asked for."""

    vm = models.ForeignKey(
        VirtualMachine, verbose_name=_("virtual machine"), on_delete=models.CASCADE, related_name="snapshots"
    )
    parent = models.ForeignKey(
        "self", verbose_name=_("taken after"), null=True, blank=True, on_delete=models.SET_NULL, related_name="children"
    )
    name = models.CharField(_("name"), max_length=80)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    taken_lab_at = models.DateTimeField(_("taken (lab time)"))
    memory_gib = models.FloatField(_("memory kept (GiB)"), default=0.0)
    with_memory = models.BooleanField(_("with memory"), default=False)
    quiesced = models.BooleanField(_("quiesced"), default=False)
    # The delta disk that was written before this point, since its parent was taken (frozen now). Of the first of a
    # linked clone: in the clone's own file.
    delta_gib = models.FloatField(_("written since the one before (GiB)"), default=0.0)
    # vcpu, memory_mib, disk_gib, disk_used_gib, power_state, health, guest_version, hostname, address.
    configuration = models.JSONField(_("configuration"), default=dict)

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        ordering = ["taken_lab_at", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def lab_id(self) -> int:
        """The lab of its guest: whoever may not see that one may not see this."""
        return self.vm.lab_id
