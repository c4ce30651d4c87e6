"""What a new lab has in the cloud."""

import pytest
from django.test import Client

from instances.demo.rows import INSTANCES
from instances.live.region import region_view
from instances.live.rows import rows_of
from instances.models import Instance
from instances.rules.right_size import RightSize, right_size_of
from virtlab.compare.inputs.load import estate_of
from virtlab.labs.models import Lab, Trace


@pytest.fixture
def lab(catalog: None, aiko: Client) -> Lab:
    """A lab that Aiko opened."""
    aiko.post("/labs/open/")
    return Lab.objects.get()


class TestDemo:
    def test_it_opens_with_instances_in_two_zones(self, lab: Lab) -> None:
        view = region_view(lab, lab.region_code)
        assert view.total.instances == len(INSTANCES) == 9
        assert (view.total.running, view.total.stopped) == (8, 1)
        assert len([zone for zone in view.zones if zone.sums.instances]) == 2
        assert view.total.stopped_volumes_usd_per_month == pytest.approx(150 * 0.096)
        assert view.total.power_w > 0
        rows = rows_of(lab, list(Instance.objects.filter(lab=lab).values_list("pk", flat=True)))
        assert all(row.accrued_usd for row in rows)

    def test_it_labels_every_load_synthetic(self, lab: Lab) -> None:
        traces = Trace.objects.filter(workload__instance__lab=lab)
        assert {(trace.kind, trace.source) for trace in traces} == {("synthetic", "launch")}

    def test_it_has_something_to_right_size(self, lab: Lab) -> None:
        answer = right_size_of(lab, Instance.objects.get(lab=lab, name="reports-1"))
        assert isinstance(answer, RightSize)
        assert answer.saving_usd_per_month > 100

    def test_it_leaves_the_comparison_as_it_is(self, lab: Lab) -> None:
        names = set(estate_of(lab).vms.names)
        assert len(names) > 50
        assert not names & {row.name for row in INSTANCES}

    def test_it_opens_an_empty_account_without_a_catalog(self, db: None, aiko: Client) -> None:
        aiko.post("/labs/open/")
        assert Instance.objects.filter(lab=Lab.objects.get()).count() in {0, 9}
