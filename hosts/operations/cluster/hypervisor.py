"""Another hypervisor for a cluster: its guests stop, its hosts are installed anew, its guests start."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from hosts.choices import HostState, Hypervisor, PowerState
from hosts.live.facts import EstateFacts
from hosts.live.what_if import CostAndPower, what_if
from hosts.models import Cluster, Datastore, Host, VirtualMachine
from hosts.operations.cluster.convert import conversion_notes, convert_steps, no_room_to_convert
from hosts.operations.cluster.hypervisor_differences import figure_changes, lost_and_gained, shared_storage
from hosts.operations.cluster.ways_to_reinstall import guests_in_the_way
from hosts.operations.guest.base import runs_windows
from hosts.operations.guest.power_effects import start_many, stop_many
from hosts.operations.in_use import in_use
from hosts.operations.needs import host_on
from hosts.operations.refusals import no_space
from hosts.rules.memory_file import file_now_gib, no_room_for_files
from hosts.rules.reinstall import why_not_under
from virtlab.engine.hypervisors.hypervisor import Hypervisor as Kind
from virtlab.engine.hypervisors.memory_files import memory_file_gib
from virtlab.engine.hypervisors.table import HYPERVISORS
from virtlab.jobs.choices import Level, Side
from virtlab.jobs.operations.columns import restore_columns, set_columns
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.operation import PROVIDER, Operation
from virtlab.jobs.operations.plan import Change, Held, Plan, PlannedStep, Refusal, WayOut
from virtlab.jobs.text import Text, say


def running_in(cluster: Cluster) -> list[VirtualMachine]:
    """The cluster's running guests, by name."""
    running = VirtualMachine.objects.filter(cluster=cluster, power_state=PowerState.RUNNING, is_template=False)
    related = ("workload", "host__cluster", "cluster", "lab", "datastore__lab")
    return list(running.select_related(*related).order_by("name"))


@effect("cluster.stop_guests", breaks=("vm.running", "datastore.space"))
def stop_guests(run: Run) -> None:
    """Stops the guests that ran at the start (the job holds them) and remembers them."""
    stopped = [vm for vm in running_in(run.get(Cluster)) if vm.pk in run.params["guests"]]
    run.remember(stopped=[vm.pk for vm in stopped])
    stop_many(stopped, run.lab_time)


@effect("cluster.restart_guests", breaks=("datastore.space",))
def restart_guests(run: Run) -> None:
    """Starts those again that the undone step had stopped."""
    _start(run, run.memory["stopped"])


@effect("cluster.start_guests", breaks=("datastore.space",))
def start_guests(run: Run) -> None:
    """Starts the guests that ran before; who finds no room stays off, and the log names it."""
    _start(run, run.params["guests"])


def _start(run: Run, keys: Sequence[int]) -> None:
    stopped = VirtualMachine.objects.filter(pk__in=keys, power_state=PowerState.STOPPED, is_template=False)
    vms = list(stopped.select_related("host__cluster", "cluster", "lab", "datastore__lab").order_by("name"))
    for vm, why in start_many(vms, run.lab_time):
        run.log(say(_("%(vm)s stays off: %(why)s"), vm=vm.name, why=why), Level.WARNING)


@effect("cluster.erase")
def erase(run: Run) -> None:
    """What was installed is gone from here on; StepFailed, and it is not, where a guest runs or does not suit the new
    hypervisor by now.
    """
    _require_suits(run.get(Cluster), run.params["hypervisor"])


@effect("cluster.set_hypervisor")
def set_hypervisor(run: Run) -> None:
    """Sets the hypervisor; StepFailed where a guest runs or does not suit it by now."""
    cluster = run.get(Cluster)
    _require_suits(cluster, run.params["hypervisor"])
    set_columns(run, cluster, run.params)


def _require_suits(cluster: Cluster, hypervisor: str) -> None:
    if running := running_in(cluster):
        raise StepFailed(_("%(vm)s is running: stop it first."), vm=running[0].name)
    if why := why_not_under(cluster, hypervisor):
        raise StepFailed(why[0].text)


@effect("cluster.restore_hypervisor")
def restore_hypervisor(run: Run) -> None:
    """Gives back the hypervisor from before."""
    restore_columns(run, run.get(Cluster))


class HypervisorForm(OperationForm):
    columns = ("hypervisor",)
    hypervisor = forms.ChoiceField(label=_("Hypervisor"), choices=Hypervisor.choices)

    def clean_hypervisor(self) -> str:
        """Another one: a form that nobody changed is not complete yet."""
        wanted, cluster = str(self.cleaned_data["hypervisor"]), self.subject
        if isinstance(cluster, Cluster) and wanted == cluster.hypervisor:
            words = {"cluster": cluster.name, "hypervisor": Hypervisor(wanted).label}
            raise forms.ValidationError(_("%(cluster)s has it already: %(hypervisor)s."), params=words)
        return wanted


class ChangeHypervisor(Operation):
    """Installs another hypervisor, or none, on all hosts of a cluster."""

    name = "cluster.change_hypervisor"
    title = _("Change the hypervisor")
    danger = True
    closes = True
    side = Side.HOSTS
    counterpart = PROVIDER
    form_class = HypervisorForm
    subject_model = Cluster
    watched_fields = ("hypervisor",)

    @property
    def cluster(self) -> Cluster:
        assert isinstance(self.subject, Cluster)
        return self.subject

    @property
    def hosts(self) -> QuerySet[Host]:
        """Those that are installed anew."""
        return Host.objects.filter(cluster=self.cluster)

    @property
    def _guests(self) -> QuerySet[VirtualMachine]:
        """With templates."""
        return VirtualMachine.objects.filter(cluster=self.cluster)

    @cached_property
    def running(self) -> list[VirtualMachine]:
        """Guests that stop and start."""
        return running_in(self.cluster)

    def describe(self) -> Text:
        label = Hypervisor(self.values["hypervisor"]).label
        return say(_("Change %(cluster)s to %(hypervisor)s"), cluster=self.cluster.name, hypervisor=label)

    def check(self) -> Sequence[Refusal]:
        """One under which every guest can go on."""
        refusals = guests_in_the_way(self.cluster, self.values["hypervisor"])
        used = in_use(self.cluster.name, [self.cluster, *self._guests])
        room = no_room_to_convert(self, self.cluster, self.values["hypervisor"]) or self._no_memory_files()
        return [*used, *refusals, *self._failed(), *room]

    def _no_memory_files(self) -> list[Refusal]:
        """Datastores without room for the files that stand for the memory of those that run, once they start again."""
        after, more_gib = self.values["hypervisor"], dict[Datastore, float]()
        for vm in self.running:
            if vm.datastore:
                grows_gib = memory_file_gib(after, vm.memory_mib) - file_now_gib(vm)
                more_gib[vm.datastore] = more_gib.get(vm.datastore, 0.0) + grows_gib
        return [
            replace(refusal, text=no_room_for_files(after, refusal.text))
            for datastore, gib in more_gib.items()
            for refusal in no_space(self, datastore, gib, "hypervisor")
        ]

    def _failed(self) -> list[Refusal]:
        """Hosts on which nothing can be installed."""
        failed = self.hosts.filter(state=HostState.FAILED).order_by("name")
        return [
            Refusal(say(_("Host %(host)s failed."), host=host.name), "", [WayOut("host.repair", host, _("Repair it"))])
            for host in failed
        ]

    def _kinds(self) -> tuple[Kind, Kind]:
        return HYPERVISORS[self.cluster.hypervisor], HYPERVISORS[self.values["hypervisor"]]

    def changes(self) -> Sequence[Change]:
        return figure_changes(*self._kinds())

    def notes(self) -> Sequence[Text]:
        """What becomes of disks and drivers; features and live changes that are lost and gained."""
        return [
            *conversion_notes(self.cluster, self.values["hypervisor"]),
            *shared_storage(*self._kinds()),
            *lost_and_gained(*self._kinds()),
        ]

    def figures(self) -> CostAndPower:
        return what_if(self.lab, self.cluster.pk, self._with)

    def _with(self, facts: EstateFacts) -> EstateFacts:
        hypervisor = self.values["hypervisor"]
        guests = [guest._replace(hypervisor=hypervisor) for guest in facts.guests]
        return facts._replace(clusters=[facts.clusters[0]._replace(hypervisor=hypervisor)], guests=guests)

    @property
    def downtime_s(self) -> float | None:
        """The guests are off for the whole of it."""
        return self.plan().down_s if self.running else None

    def plan(self) -> Plan:
        """Stop all guests side by side, convert their disks, install all hosts side by side, start the guests."""
        windows = [runs_windows(vm) for vm in self.running]
        stop_s = max((self.timings.shutdown_s(windows=w) for w in windows), default=0.0)
        start_s = max((self.timings.boot_s(windows=w) for w in windows), default=0.0)
        guests = {"guests": [vm.pk for vm in self.running]}
        start_again = [PlannedStep("start_again", _("Start the VMs"), start_s, restart_guests, down=True)]
        stop = PlannedStep("stop", _("Shut down the VMs"), stop_s, stop_guests, params=guests, way_back=start_again)
        stop = replace(stop, interruptible=False, down=True, varies=True)
        start = PlannedStep("start", _("Start the VMs"), start_s, start_guests, params=guests, down=True, varies=True)
        needs = [host_on(host=host.pk) for host in self.hosts.filter(state__in=(HostState.ON, HostState.MAINTENANCE))]
        convert = convert_steps(self.cluster, self.values["hypervisor"], self.timings)
        work = [replace(step, needs=[*step.needs, *needs], down=True) for step in (*convert, *self._install_steps())]
        return Plan([stop, *work, start])

    def _install_steps(self) -> list[PlannedStep]:
        """Once their boot disks are erased there is no way back but installing all of the old again."""
        install_s = self.lab_figures["host_install_s"] + self.timings.host_boot_s if self.hosts.exists() else 0.0
        title, params = _("Install the hosts anew"), {"hypervisor": self.values["hypervisor"]}
        back = [PlannedStep("install_back", title, install_s, down=True)]
        erased = _("Erase what is installed on the hosts")
        return [
            PlannedStep("erase", erased, 0.0, erase, params=params, way_back=back),
            PlannedStep(
                "install", title, install_s, set_hypervisor, undo=restore_hypervisor, params=params, varies=True
            ),
        ]

    def holds(self) -> Sequence[Held]:
        """The cluster, every host, guest and template of it: all are installed, and the disks of all converted."""
        return [Held(self.cluster), *map(Held, self.hosts), *map(Held, self._guests)]
