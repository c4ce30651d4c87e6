"""Right-sizing an instance from its trace."""

import numpy as np
import pytest

from instances.models import Image, Instance, InstanceType, Offering, Volume
from instances.operations.instance.right_size import RightSizeInstance
from instances.rules.compatibility import why_not_become
from instances.rules.right_size import RightSize, right_size_of
from instances.services.instances import SyntheticLoad
from tests.instances.operations.cloud import OLD, Cloud, again
from virtlab.jobs.choices import JobState
from virtlab.jobs.operations.plan import Refusal
from virtlab.jobs.operations.refusals import Refused
from virtlab.jobs.text import Text, say
from virtlab.labs.models import Trace, Workload

IDLE = SyntheticLoad("office", 0.03, 0.12, 0.08)


def found(cloud: Cloud, instance: Instance) -> RightSize:
    """The recommendation, which must be one."""
    answer = right_size_of(cloud.lab, again(instance))
    assert isinstance(answer, RightSize)
    return answer


class TestRightSize:
    def test_it_recommends_a_cheaper_type_that_holds_the_load(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.4xlarge", load=IDLE)
        answer = found(cloud, instance)
        best = answer.best
        assert best is not None
        assert best.usd_per_month < answer.now.usd_per_month == pytest.approx(8 * 0.124 * 730)
        assert answer.saving_usd_per_month == pytest.approx(answer.now.usd_per_month - best.usd_per_month)
        trace = Trace.objects.get(workload=instance.workload)
        cpu = np.frombuffer(trace.cpu_vcpu, dtype="<f4")
        assert best.vcpu >= np.percentile(cpu, 95) * 1.2
        assert best.memory_gib >= np.frombuffer(trace.memory_gib, dtype="<f4").max() * 1.2
        assert np.allclose(answer.now.cpu_share, cpu / 16)
        assert best.cpu_share.max() <= 1
        assert len(answer.times()) == cpu.size
        assert answer.trace_kind == "synthetic"

    def test_it_recommends_only_what_the_image_boots_and_the_zone_offers(self, cloud: Cloud) -> None:
        instance = cloud.instance("m4.4xlarge", load=IDLE, image_name=OLD)
        best = found(cloud, instance).best
        assert best is not None
        kind = InstanceType.objects.get(pk=best.type_name)
        assert kind.hypervisor == "xen"
        assert "a" in Offering.objects.get(region="ap-northeast-1", instance_type=kind).zones.split()

    def test_it_says_where_the_size_is_right(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.4xlarge", load=IDLE)
        best = found(cloud, instance).best
        assert best is not None
        Instance.objects.filter(pk=instance.pk).update(instance_type=best.type_name)
        answer = found(cloud, instance)
        assert answer.best is None
        assert "is the right size" in str(answer.why)
        with pytest.raises(Refused, match="is the right size"):
            cloud.start("instance.right_size", instance)

    def test_it_grows_what_is_too_small(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.large", load=SyntheticLoad("steady", 0.9, 1.0, 0.95))
        answer = found(cloud, instance)
        assert answer.best is not None
        assert answer.best.usd_per_month > answer.now.usd_per_month
        assert answer.now.risk_name in {"high", "medium"}

    def test_it_keeps_the_size_of_what_nobody_knows(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.4xlarge", load=IDLE)
        Trace.objects.filter(workload=instance.workload).update(source="usage-host")
        answer = found(cloud, instance)
        assert answer.best is None
        assert str(answer.why) == "Nobody knows its demand, so m5.4xlarge is kept."

    def test_it_bursts_only_on_a_trace_that_was_measured(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.large", load=SyntheticLoad("steady", 0.02, 0.04, 0.1))
        stated = found(cloud, instance).best
        Trace.objects.filter(workload=instance.workload).update(kind="measured")
        measured = found(cloud, instance).best
        assert stated is not None
        assert measured is not None
        assert (stated.type_name[0] == "t", measured.type_name[0]) == (False, "t")

    def test_it_takes_a_trace_of_minutes_for_a_stated_peak(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.4xlarge", load=IDLE)
        cpu, memory = (np.array([low, high], dtype="<f4").tobytes() for low, high in ((0.1, 9.0), (2.0, 3.0)))
        its = Trace.objects.filter(workload=instance.workload)
        its.update(kind="measured", cpu_vcpu=cpu, memory_gib=memory, samples=2, memory_seen_by="guest")
        brief = found(cloud, instance)
        best = brief.best or brief.now
        assert best.vcpu >= 9
        assert best.memory_gib >= 32

    def test_it_needs_the_peaks_that_were_stated(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.4xlarge", load=IDLE)
        Workload.objects.update(cpu_peak_share=0.7, memory_peak_share=0.8)
        answer = found(cloud, instance)
        best = answer.best or answer.now
        assert best.vcpu >= 16 * 0.7
        assert best.memory_gib >= 64 * 0.8

    def test_it_says_why_it_cannot_tell(self, cloud: Cloud) -> None:
        without = cloud.instance()
        Trace.objects.all().delete()
        assert "no trace" in str(right_size_of(cloud.lab, again(without)))
        answer = right_size_of(cloud.lab, again(cloud.instance("x8aedz.large", name="unpriced")))
        assert isinstance(answer, Text)
        assert "not in the catalogue" in str(answer)
        assert "has accelerators" in str(right_size_of(cloud.lab, again(cloud.instance("g5.xlarge", name="gpu"))))
        with pytest.raises(Refused, match="no trace"):
            cloud.start("instance.right_size", without)


class TestOperation:
    def test_it_applies_the_recommendation_as_a_type_change(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.4xlarge", load=IDLE)
        best = found(cloud, instance).best
        assert best is not None
        preview, plan = cloud.preview("instance.right_size", instance)
        assert preview.cost_usd_per_month is not None
        assert preview.cost_usd_per_month[1] < preview.cost_usd_per_month[0]
        assert preview.downtime_s == plan.duration_s == 80
        assert "Risk" in {str(change.label) for change in preview.changes}
        assert cloud.do("instance.right_size", instance).state == JobState.SUCCEEDED
        assert (again(instance).instance_type_id, again(instance).state) == (best.type_name, "running")

    def test_it_changes_a_stopped_instance_without_starting_it(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.4xlarge", "stopped", load=IDLE)
        cloud.do("instance.right_size", instance)
        assert again(instance).state == "stopped"
        assert again(instance).instance_type_id != "m5.4xlarge"

    def test_it_recommends_nothing_that_takes_fewer_volumes(self, cloud: Cloud) -> None:
        """m4 is of Xen and takes 39; the Nitro types that would be cheaper take 27 with the first interface."""
        instance = cloud.instance("m4.4xlarge", load=IDLE)
        root = instance.volumes.get()
        for number in range(28):
            Volume.objects.create(
                lab=cloud.lab,
                region=root.region,
                zone=root.zone,
                instance=instance,
                size_gib=1,
                device=f"/dev/xvd{number}",
            )
        best = found(cloud, instance).best
        assert best is not None
        kind = InstanceType.objects.get(pk=best.type_name)
        assert why_not_become(again(instance), kind, 29) is None
        cloud.prepared("instance.right_size", instance)

    @pytest.mark.parametrize(("state", "name"), [("running", "instance.resize"), ("stopped", "instance.change_type")])
    def test_it_leads_to_an_operation_whose_form_names_a_type(
        self, cloud: Cloud, monkeypatch: pytest.MonkeyPatch, state: str, name: str
    ) -> None:
        """Where what it recommends cannot be had after all."""
        instance = cloud.instance("m5.4xlarge", state, load=IDLE)
        refusal = Refusal(say("not here"))
        monkeypatch.setattr(RightSizeInstance, "not_offered", lambda *_args: refusal)
        [way] = cloud.refused("instance.right_size", instance).refusals[0].ways_out
        assert way.operation == name
        monkeypatch.undo()
        cloud.prepared(way.operation, instance, **way.params)


def test_it_needs_no_image(cloud: Cloud) -> None:
    instance = cloud.instance("m5.4xlarge", load=IDLE)
    Instance.objects.filter(pk=instance.pk).update(image=None)
    assert Image.objects.exists()
    assert found(cloud, instance).best is not None
