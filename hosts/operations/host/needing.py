"""Who and what needs hosts: the guests on them, and jobs in progress that would fail with them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.models import Host, VirtualMachine
from hosts.operations.guest.made_effects import MAKE
from hosts.operations.in_use import in_use, mentions, wholes
from hosts.operations.needs import guest_runs, host_on, its_host_on, made_on_host
from hosts.rules.coming_up import coming_up
from virtlab.jobs.choices import StepState
from virtlab.jobs.models import Job, JobSubject, Step
from virtlab.jobs.operations.failing import steps_with_needs
from virtlab.jobs.operations.plan import Refusal
from virtlab.jobs.operations.refusals import busy
from virtlab.jobs.text import Text, say
from virtlab.web.formats import names


class HostsInUse:
    """What hosts of one lab are needed for. Whatever is asked of one of them is read for all of them, once."""

    def __init__(self, hosts: Sequence[Host]) -> None:
        self.hosts = hosts
        self.lab = hosts[0].lab_id

    @cached_property
    def guests(self) -> dict[int, list[VirtualMachine]]:
        """The guests and templates of each host, by name (one query)."""
        guests: dict[int, list[VirtualMachine]] = defaultdict(list)
        every = VirtualMachine.objects.filter(host__in=self.hosts).select_related("cluster", "datastore__lab")
        for vm in every.order_by("name"):
            guests[vm.host_id or 0].append(vm)
        return guests

    def running_on(self, host: Host) -> list[VirtualMachine]:
        """The guests that run on a host, by name."""
        guests = (vm for vm in self.guests[host.pk] if not vm.is_template)
        return [vm for vm in guests if vm.power_state == PowerState.RUNNING]

    def why_busy(self, host: Host) -> Text | None:
        """Which guests run on a host or are on their way to, in words; None where none does."""
        guests = (vm for vm in self.guests[host.pk] if not vm.is_template)
        taken = [vm.name for vm in guests if vm.power_state == PowerState.RUNNING or vm.pk in self._coming_up]
        return say(_("VMs run or start on %(host)s: %(names)s."), host=host.name, names=names(taken)) if taken else None

    def why_not_empty(self, host: Host) -> Text | None:
        """Which guests are registered on a host, in words; None where none is."""
        here = [vm.name for vm in self.guests[host.pk]]
        return say(_("%(host)s still has VMs: %(names)s."), host=host.name, names=names(here)) if here else None

    def jobs_needing(self, host: Host) -> list[Job]:
        """Those whose step in progress has a need that a failure of the host takes away, as they were started."""
        return self._jobs_of(host, self._running)

    def used_by(self, host: Host) -> list[Refusal]:
        """A refusal for each job to which a host would be lost if it were shut down: whose steps, in progress or to
        come, need it, or that takes a guest to it. The job that holds it is not among them.
        """
        ahead = (step for step in self._ahead if (step.job_id, host.pk) not in self._held)
        needing = wholes(self._jobs_of(host, ahead))
        named = {job.pk for job in needing}
        uses = in_use(host.name, [host], self._mentions)
        moves = [refusal for refusal in uses if refusal.job and refusal.job.pk not in named]
        return [*(busy(host.name, job) for job in needing), *moves]

    def guests_lost_with(self, host: Host) -> set[int]:
        """The guests that jobs have made which fail with a host, and that go with these: those not whole yet."""
        failing = {job.pk for job in self.jobs_needing(host)}
        return {vm for job, vm in self._made if job in failing}

    def _jobs_of(self, host: Host, steps: Iterable[Step]) -> list[Job]:
        guests = {vm.pk: vm.name for vm in self.guests[host.pk]}
        return [step.job for step in steps if any(_is_of(host.pk, guests, need) for need in step.needs)]

    @cached_property
    def _coming_up(self) -> set[int]:
        return set(coming_up(self.lab))

    @cached_property
    def _running(self) -> list[Step]:
        return steps_with_needs(self.lab)

    @cached_property
    def _ahead(self) -> list[Step]:
        steps = Step.objects.open().filter(job__lab=self.lab).exclude(needs=[])
        return list(steps.select_related("job__parent").order_by("job_id"))

    @cached_property
    def _held(self) -> set[tuple[int, int]]:
        """Jobs with the hosts that they hold."""
        kind = ContentType.objects.get_for_model(Host)
        held = JobSubject.objects.filter(content_type=kind, object_id__in=[host.pk for host in self.hosts], held=True)
        return set(held.values_list("job", "object_id"))

    @cached_property
    def _mentions(self) -> list[JobSubject]:
        return mentions(self.hosts)

    @cached_property
    def _made(self) -> list[tuple[int, int]]:
        """Jobs in progress with the guests that they have made and that are not whole yet."""
        whole = Step.objects.filter(job=OuterRef("job"), final=True, state=StepState.DONE)
        jobs = {step.job_id for step in self._running}
        made = Step.objects.filter(~Exists(whole), job__in=jobs, key=MAKE, state=StepState.DONE)
        return [(job, memory["vm"]) for job, memory in made.values_list("job", "memory") if "vm" in memory]


def _is_of(host: int, guests: dict[int, str], need: dict[str, Any]) -> bool:
    match need["need"]:
        case host_on.name | guest_runs.name:
            return bool(need["host"] == host)
        case its_host_on.name:
            return need["vm"] in guests
        case made_on_host.name:
            return need["name"] in guests.values()
    return False
