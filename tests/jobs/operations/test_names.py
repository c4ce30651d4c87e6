"""Operations are named where they are only pointed at: every name leads to one."""

from collections.abc import Iterator

import pytest
from django.core.checks import run_checks

from hosts.choices import HostState, PowerState
from hosts.models import Datastore, Host, VirtualMachine
from hosts.operations.guest.resize import ResizeVm
from instances.models import Fault
from tests.hosts.operations.operated import Operated, make_operated
from tests.instances.operations.cloud import TOKYO, Cloud, make_cloud
from tests.support.guests import save_template
from tests.support.sandbox import GIB, TESTER
from virtlab.jobs.checks import check_names_of_needs, check_operation_names
from virtlab.jobs.choices import Side
from virtlab.jobs.operations.form_values import completed
from virtlab.jobs.operations.needs import NEEDS
from virtlab.jobs.operations.operation import PROVIDER
from virtlab.jobs.operations.plan import WayOut
from virtlab.jobs.operations.refusals import Refused
from virtlab.jobs.operations.registry import OPERATIONS
from virtlab.jobs.requests.asking import way_out_address
from virtlab.jobs.requests.prepare import Request, prepare_all
from virtlab.labs.models import Lab


class TestNamesInSources:
    def test_it_finds_nothing_wrong(self) -> None:
        assert check_operation_names() == []

    def test_it_pairs_operations_of_the_two_sides(self) -> None:
        other = {Side.HOSTS: Side.INSTANCES, Side.INSTANCES: Side.HOSTS}
        for operation in OPERATIONS.values():
            if operation.counterpart not in {"", PROVIDER}:
                twin = OPERATIONS[operation.counterpart]
                assert twin.side == other[Side(operation.side)], operation.name
                assert twin.counterpart not in {"", PROVIDER}, f"{operation.name} has a pair that knows nothing of it"

    def test_it_leaves_to_the_provider_what_nobody_does_in_the_cloud(self) -> None:
        """Hosts, hypervisors and their storage."""
        of_provider = {name for name, operation in OPERATIONS.items() if operation.counterpart == PROVIDER}
        owned = {name for name in OPERATIONS if name.startswith(("host.", "cluster.", "datastore."))}
        assert of_provider == owned - {"host.fail"}

    def test_it_reports_a_counterpart_that_is_not_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ResizeVm, "counterpart", "instance.shrink")
        [error] = check_operation_names()
        assert (error.id, error.msg, error.obj) == (
            "jobs.E001",
            "There is no operation instance.shrink.",
            "vm.resize: counterpart",
        )

    @pytest.mark.parametrize(
        ("name", "module"),
        [
            ("host.add", "ways_out.py"),
            ("template.deploy_copy", "deploy.py"),
            ("quota.request", "refusals.py"),
            ("instance.set_protection", "terminate.py"),
        ],
    )
    def test_it_says_where_a_way_out_or_a_start_leads_nowhere(
        self, name: str, module: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delitem(OPERATIONS, name)
        places = [str(error.obj) for error in check_operation_names() if name in error.msg]
        assert any(f"{module}:" in place for place in places)

    def test_it_says_where_an_effect_breaks_what_nothing_can_need(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert check_names_of_needs() == []
        monkeypatch.delitem(NEEDS, "host.on")
        found = check_names_of_needs()
        assert ("jobs.E002", "There is no need host.on.", "host.fail") in {(e.id, e.msg, e.obj) for e in found}

    def test_it_is_one_of_the_systems_checks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delitem(OPERATIONS, "vm.stop")
        assert "jobs.E001" in {message.id for message in run_checks()}


def ways_of(lab: Lab) -> Iterator[WayOut]:
    """The ways out of whatever is refused, of every operation for every object, its form as it stands."""
    for operation in OPERATIONS.values():
        for subject in operation.subjects(lab) if operation.subject_model else [None]:
            params = completed(operation.form(lab, subject), {})
            [prepared] = prepare_all(lab, [Request(operation, subject, params, TESTER)])
            if isinstance(prepared.refused, Refused):
                yield from (way for refusal in prepared.refused.refusals for way in refusal.ways_out)


def led_to(lab: Lab) -> set[str]:
    """The operations that these ways out lead to; each has a page."""
    ways = list(ways_of(lab))
    assert all(way_out_address(lab, way) for way in ways)
    return {way.operation for way in ways}


@pytest.mark.django_db
class TestWaysMadeAtRunTime:
    @pytest.fixture
    def estate(self) -> Operated:
        estate = make_operated()
        estate.run("snapshot.take", estate.vms[0], name="one")
        save_template(estate, estate.vms[1])
        return estate

    @pytest.fixture
    def cloud(self, catalog: None) -> Cloud:
        cloud = make_cloud()
        cloud.instance(type_name="m5d.large", name="a", protected=True)
        cloud.instance(state="stopped", name="b")
        return cloud

    def test_it_leads_out_of_a_full_estate(self, estate: Operated) -> None:
        Datastore.objects.update(capacity_gib=1)
        VirtualMachine.objects.filter(is_template=False).update(power_state=PowerState.STOPPED, memory_mib=60 * GIB)
        VirtualMachine.objects.filter(pk=estate.vms[0].pk).update(power_state=PowerState.RUNNING)
        names = led_to(estate.lab)
        assert names <= OPERATIONS.keys()
        assert {"datastore.grow", "vm.resize", "vm.stop", "vm.move", "host.add", "template.save"} <= names

    def test_it_leads_out_of_an_estate_that_failed(self, estate: Operated) -> None:
        Host.objects.update(state=HostState.FAILED)
        VirtualMachine.objects.filter(is_template=False).update(
            power_state=PowerState.SUSPENDED, snapshot=estate.snapshot("one"), host=None
        )
        names = led_to(estate.lab)
        assert names <= OPERATIONS.keys()
        assert {"vm.start", "vm.resume", "vm.move", "host.repair"} <= names

    def test_it_leads_out_of_a_cloud_without_room(self, cloud: Cloud) -> None:
        Fault.objects.create(lab=cloud.lab, kind="no_capacity", region_id=TOKYO, since_lab_at=cloud.lab.lab_time())
        names = led_to(cloud.lab)
        assert names <= OPERATIONS.keys()
        assert {"fault.end", "instance.stop", "instance.set_protection"} <= names
