"""Changing a volume while it is in use: it grows, or gets another kind or speed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from instances.choices import InstanceState, VolumeKind
from instances.models import Volume, VolumeModification
from instances.operations.base import CloudOperation
from instances.operations.needs import modification_under_way, of_volume
from instances.operations.refusals import out
from instances.operations.ways_out import end_fault
from instances.pricing.instance import VolumeShape, volume_usd_per_month
from instances.rules.volumes.limits import MODIFICATIONS, burst, chosen, figures, modifiable_at, problems
from instances.rules.volumes.speed import Speed, under_way
from virtlab.engine.units import GIB_PER_TIB
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job, JobSubject
from virtlab.jobs.operations.columns import set_columns
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.plan import Change, Held, Pair, Plan, PlannedStep, Refusal, WayOut
from virtlab.jobs.text import Text, say
from virtlab.web import formats
from virtlab.web.lazy_text import LazyText

SHAPE = ("kind", "size_gib", "iops", "throughput_mib_per_s")
FIELDS = {"kind": "kind", "gib": "size_gib", "iops": "iops", "throughput": "throughput_mib_per_s"}


@effect("volume.set", reshares=True)
def set_volume(run: Run) -> None:
    """What is configured and charged from now on; StepFailed where the volume has grown beyond the size meanwhile."""
    volume = run.get(Volume)
    if run.params["size_gib"] < volume.size_gib:
        raise StepFailed(_("A volume only grows: it has %(gib)s GiB now."), gib=volume.size_gib)
    VolumeModification.objects.create(
        volume=volume,
        started_lab_at=run.lab_time,
        from_iops=volume.iops,
        from_throughput_mib_per_s=volume.throughput_mib_per_s,
    )
    set_columns(run, volume, run.params)


@effect("volume.optimizing")
def optimizing(run: Run) -> None:
    """The new size is there from now on, and its file systems can be extended."""
    run.get(Volume).modifications.filter(completed_lab_at=None).update(optimizing_lab_at=run.lab_time)


@effect("volume.completed", reshares=True)
def completed(run: Run) -> None:
    """The new speed is there from now on: the volume may be modified again."""
    run.get(Volume).modifications.filter(completed_lab_at=None).update(completed_lab_at=run.lab_time)


def burst_text(kind: str, size_gib: int) -> str:
    """A burst in words: how far, and until when full credits last."""
    beyond = burst(kind, size_gib)
    if beyond is None:
        return "–"
    most = (
        f"{formats.number(beyond.iops)} IOPS" if beyond.iops else f"{formats.number(beyond.throughput_mib_per_s)} MiB/s"
    )
    return gettext("%(most)s for %(time)s") % {"most": most, "time": formats.duration(beyond.seconds)}


def speed_text(speed: Speed) -> str:
    """IOPS and throughput in words; a hard disk has no IOPS."""
    mib_per_s = f"{formats.number(speed.throughput_mib_per_s)} MiB/s"
    return f"{formats.number(speed.iops)} IOPS, {mib_per_s}" if speed.iops else mib_per_s


class VolumeForm(OperationForm):
    columns = SHAPE
    kind = forms.ChoiceField(label=_("Kind"), choices=VolumeKind.choices)
    size_gib = forms.IntegerField(label=_("Size (GiB)"), min_value=1, max_value=65_536)
    iops = forms.IntegerField(label=_("Provisioned IOPS"), min_value=100, max_value=256_000, required=False)
    throughput_mib_per_s = forms.IntegerField(
        label=_("Throughput (MiB/s)"), min_value=125, max_value=2000, required=False
    )

    def prepare(self) -> None:
        """Fills in only what can be chosen of the volume's kind: for another kind the size's figures would be wrong."""
        if isinstance(self.subject, Volume):
            iops, throughput = chosen(self.subject.kind)
            self.fields["iops"].initial = self.subject.iops if iops else None
            self.fields["throughput_mib_per_s"].initial = self.subject.throughput_mib_per_s if throughput else None

    def clean(self) -> dict[str, Any]:
        """What the kind allows, and something else than what is."""
        data = super().clean() or {}
        if not (data.get("kind") and data.get("size_gib")):
            return data
        speed = figures(data["kind"], data["size_gib"], data.get("iops"), data.get("throughput_mib_per_s"))
        data["iops"], data["throughput_mib_per_s"] = speed
        root = isinstance(self.subject, Volume) and self.subject.root
        for name, why in problems(data["kind"], data["size_gib"], *speed, root=root).items():
            self.add_error(FIELDS[name], str(why))
        if self.subject and all(getattr(self.subject, name) == data.get(name) for name in SHAPE):
            raise forms.ValidationError(_("The volume is like this already."))
        return data


class ModifyVolume(CloudOperation):
    """Modifies a volume while its instance runs on."""

    name = "volume.modify"
    title = _("Modify the volume")
    form_class = VolumeForm
    subject_model = Volume
    related = ("instance",)
    referring = ("modifications",)
    counterpart = "vm.resize"
    downtime_s = 0.0

    @property
    def volume(self) -> Volume:
        assert isinstance(self.subject, Volume)
        return self.subject

    def describe(self) -> Text:
        words = {"volume": self.volume.volume_id, "kind": self.values["kind"], "gib": self.values["size_gib"]}
        return say(_("Modify %(volume)s to %(kind)s, %(gib)s GiB"), **words)

    def check(self) -> Sequence[Refusal]:
        """Its zone must be there and it must stay, it only grows, and not too often."""
        volume = self.volume
        if outage := self.faults.outage(volume.region_id, volume.zone):
            return [out(outage)]
        if refusal := self._goes():
            return [refusal]
        if self.values["size_gib"] < volume.size_gib:
            text = say(
                _("A volume only grows: it has %(gib)s GiB. For less, copy to a smaller one."),
                gib=volume.size_gib,
            )
            return [Refusal(text, "size_gib", code="InvalidParameterValue")]
        return self._too_often()

    def _goes(self) -> Refusal | None:
        """It goes with its instance, which is on its way out."""
        instance = self.volume.instance
        if instance is None or instance.state != InstanceState.SHUTTING_DOWN or not self.volume.delete_on_termination:
            return None
        text = _("%(name)s is being terminated, and %(volume)s goes with it.")
        return Refusal(say(text, name=instance.name, volume=self.volume.volume_id))

    def _too_often(self) -> list[Refusal]:
        """The modification before must be completed, and four in 24 hours are all."""
        if under_way(self.volume):
            if broken_off := self._broken_off():
                text = say(_("The modification before was broken off. Try its job again: it goes on where it stopped."))
                return [Refusal(text, job=broken_off, code="IncorrectModificationState")]
            text = say(_("The modification before is not completed: it is still “modifying” or “optimizing”."))
            return [Refusal(text, code="IncorrectModificationState")]
        again = modifiable_at([one.started_lab_at for one in self.volume.modifications.all()], self.lab.lab_time())
        if again is None:
            return []
        text = say(
            _("A volume is modified %(most)s times in 24 hours at most. The next one can start at %(moment)s."),
            most=MODIFICATIONS,
            moment=formats.moment(again),
        )
        return [Refusal(text, code="VolumeModificationRateExceeded")]

    def _broken_off(self) -> Job | None:
        """The failed job of the modification that is not completed."""
        last = self.once("last jobs", self._last_jobs).get(self.volume.pk)
        return last if last and last.state == JobState.FAILED else None

    def _last_jobs(self) -> dict[int, Job]:
        """The last modification of each volume of the request (one query)."""
        kind, keys = ContentType.objects.get_for_model(Volume), [volume.pk for volume in self.together]
        its = {"content_type": kind, "object_id__in": keys, "job__lab": self.lab, "job__operation": self.name}
        subjects = JobSubject.objects.filter(**its).select_related("job").order_by("job")
        return {subject.object_id: subject.job for subject in subjects}

    def ways_on(self, job: Job) -> Sequence[WayOut]:
        """The end of the outage that broke it off; its job then goes on where it stopped."""
        outage = self.faults.outage(self.volume.region_id, self.volume.zone)
        return [end_fault(outage)] if outage else []

    def changes(self) -> Sequence[Change]:
        volume, values = self.volume, self.values
        return [
            Change(_("Kind"), volume.kind, values["kind"]),
            Change(_("Size"), volume.size_gib, values["size_gib"], "GiB"),
            Change(_("IOPS"), volume.iops or "–", values["iops"] or "–"),
            Change(_("Throughput"), volume.throughput_mib_per_s, values["throughput_mib_per_s"], "MiB/s"),
            Change(_("Burst"), burst_text(volume.kind, volume.size_gib), self._burst_after),
        ]

    @property
    def _burst_after(self) -> str:
        return burst_text(self.values["kind"], self.values["size_gib"])

    def figures(self) -> tuple[Pair, None]:
        prices = self.services(self.volume.region_id)
        values = self.values
        wanted = VolumeShape(values["kind"], values["size_gib"], values["iops"], values["throughput_mib_per_s"])
        before, after = (
            volume_usd_per_month(shape, prices, self.lab_figures) for shape in (VolumeShape.of(self.volume), wanted)
        )
        return (before, after), None

    def notes(self) -> Sequence[Text | LazyText]:
        return [
            _("The new configuration is set and charged as soon as the modification starts."),
            *(self._grows() if self.values["size_gib"] > self.volume.size_gib else []),
            *self._optimizes(),
            _("Until it is completed the volume cannot be modified again; four times in 24 hours are all."),
            _("EC2 knows no cancel for it."),
        ]

    def _grows(self) -> list[LazyText]:
        return [
            _(
                "The new size is there after a few seconds, once the modification is “optimizing”. Then the file "
                "system has to be extended inside the guest."
            )
        ]

    def _optimizes(self) -> list[Text]:
        before = Speed(self.volume.iops, self.volume.throughput_mib_per_s)
        after = Speed(self.values["iops"], self.values["throughput_mib_per_s"])
        least = _("While it is optimizing, it has at least %(least)s: the lower of before and after.")
        lasts = _(
            "Optimizing lasts about %(time)s, as if the volume was full: %(tib)s for each TiB. AWS says that it does "
            "not always grow with the size, and can take more than 24 hours. For growth alone it states no figure: "
            "the same is assumed."
        )
        per_tib_s = self.lab_figures["ebs_optimise_s_per_tib"]
        words = {"time": formats.duration(self._optimise_s), "tib": formats.duration(per_tib_s)}
        meanwhile = [say(least, least=speed_text(before.least(after)))] if before != after else []
        return [*meanwhile, say(lasts, **words)]

    @property
    def _optimise_s(self) -> float:
        """As long as for data that fill the volume as it is: how much there is on it, nobody knows."""
        return self.lab_figures["ebs_optimise_s_per_tib"] * self.volume.size_gib / GIB_PER_TIB

    def plan(self) -> Plan:
        """The request, then modifying, optimizing, completed, whatever is modified (EBS User Guide, "Monitor the
        progress of Amazon EBS volume modifications", 2026; growth alone too keeps a volume from being modified again
        while it is optimizing: kubernetes issue 69434, 2018). "You can't cancel a volume modification request after it
        has been submitted" (the same, "Modify a volume", 2025).
        """
        wanted = {name: self.values[name] for name in SHAPE}
        needs = of_volume(self.volume)
        moving = [*needs, modification_under_way(volume=self.volume.pk, name=str(self.volume))]
        modifying_s = self.lab_figures["ebs_modifying_s"]
        until_there = _("Modifying, until the new size is there")
        moves = _("Optimizing: the data move to the new configuration")
        steps = [
            PlannedStep("modify", _("Modify"), self.timings.ec2_modify_s, set_volume, params=wanted, needs=needs),
            PlannedStep("modifying", until_there, modifying_s, optimizing, needs=moving),
            PlannedStep("optimise", moves, self._optimise_s, completed, needs=moving),
        ]
        return Plan([replace(step, final=True, interruptible=False) for step in steps])

    def holds(self) -> Sequence[Held]:
        """The volume alone; its instance is mentioned."""
        instance = self.volume.instance
        return [Held(self.volume), *([Held(instance, exclusive=False)] if instance else [])]
