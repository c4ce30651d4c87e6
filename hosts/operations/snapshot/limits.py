"""Whether one more snapshot may be taken of a guest, and what is advised about its chain."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hosts.choices import PowerState
from hosts.live.disks import Growth, disks_of, running_delta_gib
from hosts.live.facts import EstateFacts, SnapshotFacts
from hosts.models import Snapshot, VirtualMachine
from hosts.operations.refusals import vsphere_code
from virtlab.engine.hypervisors.guest_rules import ADVISED_HOURS, ADVISED_IN_CHAIN
from virtlab.engine.hypervisors.hypervisor import Feature
from virtlab.engine.hypervisors.hypervisor import Hypervisor as Kind
from virtlab.engine.units import SECONDS_PER_HOUR
from virtlab.jobs.operations.plan import Refusal, WayOut
from virtlab.jobs.text import Text, say
from virtlab.labs.timings import timings_from

NEW = -1


def why_no_snapshot(vm: VirtualMachine, kind: Kind) -> list[Refusal]:
    """Why none may be taken of a guest as it is: template, hypervisor, suspended state, as many as there may be."""
    if vm.is_template:
        return [Refusal(say(_("%(vm)s is a template: it does not change."), vm=vm.name))]
    if not kind.can(Feature.SNAPSHOT):
        return [Refusal(say(_("%(kind)s has no snapshots."), kind=kind.name))]
    if vm.power_state == PowerState.SUSPENDED and not kind.rules.snapshots_suspended:
        resume = WayOut("vm.resume", vm, _("Resume it"))
        return [Refusal(say(_("%(vm)s is suspended: resume it first."), vm=vm.name), "", [resume])]
    return _too_many(vm, kind)


def _too_many(vm: VirtualMachine, kind: Kind) -> list[Refusal]:
    rules, words = kind.rules, {"vm": vm.name, "kind": kind.name}
    way = WayOut("snapshot.delete_all", vm, _("Delete all snapshots"))
    chain = len(chain_of(vm)) if rules.most_in_chain else 0
    if rules.most_in_chain and chain >= rules.most_in_chain.value:
        message = _("%(vm)s has %(count)s snapshots one after the other: %(kind)s takes no longer chain.")
        code = vsphere_code(kind, "TooManySnapshotLevels")
        return [Refusal(say(message, count=chain, **words), "", [way], code=code)]
    count = vm.snapshots.count() if rules.most_snapshots else 0
    if rules.most_snapshots and count >= rules.most_snapshots.value:
        return [
            Refusal(say(_("%(vm)s has %(count)s snapshots: %(kind)s keeps no more."), count=count, **words), "", [way])
        ]
    return []


def chain_of(vm: VirtualMachine) -> list[Snapshot]:
    """The snapshots that a guest goes on from, newest first (one query)."""
    by_pk = {snapshot.pk: snapshot for snapshot in vm.snapshots.all()}
    chain, at = [], by_pk.get(vm.snapshot_id or 0)
    while at is not None:
        chain.append(at)
        at = by_pk.get(at.parent_id or 0)
    return chain


def advice(vm: VirtualMachine, lab_at: datetime) -> Sequence[Text]:
    """What VMware advises about the chain with one more in it."""
    chain = chain_of(vm)
    said = []
    if len(chain) + 1 >= ADVISED_IN_CHAIN.value:
        message = _("This is number %(count)s of its chain: VMware advises 2 to %(most)g. Delete what is not needed.")
        said.append(say(message, count=len(chain) + 1, most=ADVISED_IN_CHAIN.value))
    hours = (lab_at - chain[-1].taken_lab_at).total_seconds() / SECONDS_PER_HOUR if chain else 0.0
    if hours > ADVISED_HOURS.value:
        message = _(
            "Snapshot %(name)s is %(hours).0f hours old: VMware advises to keep none longer than %(most)g hours."
        )
        said.append(say(message, name=chain[-1].name, hours=hours, most=ADVISED_HOURS.value))
    return said


def read_factor_after(
    vm: VirtualMachine, facts: EstateFacts, lab_at: datetime, figures: Mapping[str, float], *, with_memory: bool
) -> float:
    """How many times as long a read takes once there is one more, as the guest's page then shows it; `figures`: the
    lab's parameters.
    """
    delta_share_per_day = figures["delta_pct_per_day"] / 100
    guest = next(guest for guest in facts.guests if guest.pk == vm.pk)
    own = [snapshot for snapshot in facts.snapshots if snapshot.vm_id == vm.pk]
    frozen_gib = running_delta_gib(guest, lab_at, delta_share_per_day)
    new = SnapshotFacts(
        pk=NEW,
        vm_id=vm.pk,
        parent_id=guest.snapshot_id,
        delta_gib=frozen_gib,
        memory_gib=0.0,
        with_memory=with_memory,
        hypervisor=vm.cluster.hypervisor,
    )
    after = guest._replace(snapshot_id=NEW, delta_gib=0.0, delta_lab_at=lab_at)
    growth = Growth(lab_at, delta_share_per_day)
    return disks_of([after], [*own, new], growth, timings_from(figures))[0].read_factor
