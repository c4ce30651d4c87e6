"""What a volume is configured as, charged for and gives while it is being modified."""

import pytest
from django.urls import reverse

from instances.live.region import region_view
from instances.models import Volume, VolumeModification
from instances.rules.volumes.limits import problems
from instances.rules.volumes.speed import Speed, speed_now
from tests.instances.operations.cloud import TOKYO, Cloud
from tests.instances.operations.test_bulk import visitor
from virtlab.web import formats

HALFWAY_S = 21_600 * 500 / 1024 / 2
FAST = {"kind": "gp3", "size_gib": 500, "iops": 16_000, "throughput_mib_per_s": 1000}


def shape(volume: Volume) -> dict[str, object]:
    """The configuration, as a form sends it."""
    return {name: getattr(volume, name) for name in FAST}


def require_possible(volume: Volume) -> None:
    """The kind has such a size and speed."""
    assert not problems(volume.kind, volume.size_gib, volume.iops, volume.throughput_mib_per_s, root=True)


@pytest.fixture
def volume(cloud: Cloud) -> Volume:
    """A gp3 volume of 500 GiB, 3,000 IOPS and 125 MiB/s."""
    return cloud.instance(root_gib=500).volumes.get()


class TestModification:
    def test_it_is_charged_from_the_start_and_faster_at_the_end(self, cloud: Cloud, volume: Volume) -> None:
        preview, _plan = cloud.preview("volume.modify", volume, **FAST)
        assert preview.cost_usd_per_month is not None
        before, after = preview.cost_usd_per_month
        assert (round(before), round(after)) == (48, 168)
        assert any("at least 3,000 IOPS, 125 MiB/s" in str(note) for note in preview.notes)
        cloud.start("volume.modify", volume, **FAST)
        for wait_s, speed in (
            (60.0, Speed(3000, 125)),
            (HALFWAY_S, Speed(3000, 125)),
            (HALFWAY_S, Speed(16_000, 1000)),
        ):
            cloud.let_pass(wait_s)
            volume.refresh_from_db()
            assert shape(volume) == FAST
            charged = region_view(cloud.lab, TOKYO).total.volumes_usd_per_month
            assert charged == pytest.approx(after)
            assert speed_now(volume) == speed

    def test_it_is_charged_less_from_the_start_and_has_the_lower_speed(self, cloud: Cloud, volume: Volume) -> None:
        cloud.do("volume.modify", volume, kind="io2", size_gib=500, iops=20_000)
        slow = {"kind": "gp3", "size_gib": 500, "iops": 3000, "throughput_mib_per_s": 125}
        cloud.start("volume.modify", volume, **slow)
        for wait_s in (60.0, HALFWAY_S, HALFWAY_S):
            cloud.let_pass(wait_s)
            volume.refresh_from_db()
            assert (shape(volume), speed_now(volume)) == (slow, Speed(3000, 125))
            require_possible(volume)

    def test_it_leaves_what_a_kind_can_be_where_the_zone_is_lost_meanwhile(self, cloud: Cloud, volume: Volume) -> None:
        cloud.do("volume.modify", volume, kind="io2", size_gib=500, iops=20_000)
        cloud.start("volume.modify", volume, kind="gp3", size_gib=500, iops=3000, throughput_mib_per_s=125)
        cloud.let_pass(HALFWAY_S)
        cloud.start("fault.zone_outage", None, zone=f"{TOKYO}a")
        cloud.let_pass(60.0)
        volume.refresh_from_db()
        require_possible(volume)
        assert speed_now(volume) == Speed(3000, 125)

    def test_it_says_on_its_page_what_it_gives_meanwhile(self, cloud: Cloud, volume: Volume) -> None:
        cloud.start("volume.modify", volume, **FAST)
        cloud.let_pass(60.0)
        url = reverse("instances:instance", args=[cloud.lab.slug, volume.instance_id])
        page = visitor(cloud).get(url).content.decode()
        assert "16,000" in page
        assert "optimizing: at least 3,000 IOPS, 125 MiB/s until then" in page


class TestGrowth:
    """A change of size alone: the size is there in seconds, and the volume is optimizing for long all the same."""

    def test_it_has_its_size_within_seconds_and_is_optimizing_then(self, cloud: Cloud, volume: Volume) -> None:
        bigger = {"kind": "gp3", "size_gib": 2000, "iops": 3000, "throughput_mib_per_s": 125}
        preview, plan = cloud.preview("volume.modify", volume, **bigger)
        assert [step.duration_s for step in plan.steps] == pytest.approx([2, 5, 2 * HALFWAY_S])
        notes = " ".join(map(str, preview.notes))
        assert "after a few seconds" in notes
        assert "For growth alone it states no figure" in notes
        assert "the lower of before and after" not in notes, "its speed is the same"
        cloud.start("volume.modify", volume, **bigger)
        address, seen = reverse("instances:instance", args=[cloud.lab.slug, volume.instance_id]), visitor(cloud)
        cloud.let_pass(3)
        assert "modifying: its new size is not there yet" in seen.get(address).content.decode()
        cloud.let_pass(5)
        assert "optimizing: at least 3,000 IOPS, 125 MiB/s" in seen.get(address).content.decode()

    def test_it_waits_for_its_end_before_the_next(self, cloud: Cloud, volume: Volume) -> None:
        cloud.start("volume.modify", volume, **{**shape(volume), "size_gib": 600})
        cloud.let_pass(HALFWAY_S)
        refusals = cloud.refused("volume.modify", volume, **FAST | {"size_gib": 700}).refusals
        assert "IncorrectModificationState" in {refusal.code for refusal in refusals}
        cloud.let_pass(HALFWAY_S + 10)
        assert VolumeModification.objects.get().completed_lab_at is not None
        cloud.prepared("volume.modify", volume, **FAST | {"size_gib": 700})

    def test_it_is_faster_only_at_its_end_where_the_size_gives_the_speed(self, cloud: Cloud, volume: Volume) -> None:
        Volume.objects.filter(pk=volume.pk).update(kind="gp2", size_gib=100, iops=300, throughput_mib_per_s=128)
        preview, plan = cloud.preview("volume.modify", volume, kind="gp2", size_gib=1000)
        assert any("at least 300 IOPS, 128 MiB/s" in str(note) for note in preview.notes)
        assert plan.duration_s > 60 * 30, "minutes to hours"
        cloud.start("volume.modify", volume, kind="gp2", size_gib=1000)
        cloud.let_pass(60)
        assert speed_now(Volume.objects.get()) == Speed(300, 128)
        cloud.let_pass()
        assert speed_now(Volume.objects.get()) == Speed(3000, 250)

    def test_it_moves_no_more_data_than_there_was_room_for(self, cloud: Cloud, volume: Volume) -> None:
        preview, plan = cloud.preview("volume.modify", volume, **FAST | {"size_gib": 2000})
        assert plan.steps[-1].duration_s == pytest.approx(2 * HALFWAY_S)
        notes = " ".join(map(str, preview.notes))
        assert f"as if the volume was full: {formats.duration(6 * 3600)}" in notes
        assert "more than 24 hours" in notes
