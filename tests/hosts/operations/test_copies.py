"""Clones, templates, deployments."""

import pytest

from hosts.choices import Hypervisor, PowerState
from hosts.models import Datastore, VirtualMachine
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.guests import shut_down
from tests.support.sandbox import GIB, TESTER
from virtlab.jobs.choices import JobState, Level
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Invalid
from virtlab.jobs.runner.cancel import cancel
from virtlab.labs.models import Workload

pytestmark = pytest.mark.django_db


@pytest.fixture
def estate() -> Operated:
    return make_operated()


@pytest.fixture
def template(estate: Operated) -> VirtualMachine:
    """The first guest, converted."""
    estate.run("vm.stop", estate.vms[0])
    estate.run("template.save", estate.vms[0], name="db-01", how="convert")
    return estate.vm("db-01")


class TestClone:
    def test_it_copies_disk_system_and_demand_under_a_name_of_its_own(self, estate: Operated) -> None:
        shut_down(estate.vms[0])
        job = estate.run("vm.clone", estate.vms[0], name="db-04", hostname="db4", address="10.0.0.4", start=True)
        vm = estate.vm("db-04")
        assert (vm.disk_used_gib, vm.hostname, vm.address, vm.made_from) == (20.0, "db4", "10.0.0.4", estate.vms[0])
        assert vm.power_state == PowerState.RUNNING
        assert vm.workload is not None
        assert job.duration_s == pytest.approx(2 + 2 * 20 * 1024 / 500 + 20 + 20), "read and written"

    def test_it_takes_as_long_as_the_datastore_needs(self, estate: Operated) -> None:
        shut_down(estate.vms[0])
        slow = estate.prepared("vm.clone", estate.vms[0], name="x").plan().duration_s
        Datastore.objects.update(mib_per_s=5000)
        assert estate.prepared("vm.clone", estate.vms[0], name="x").plan().duration_s < slow

    def test_it_links(self, estate: Operated) -> None:
        job = estate.run("vm.clone", estate.vms[0], name="db-04", linked=True)
        vm = estate.vm("db-04")
        assert (vm.base, vm.disk_used_gib, job.duration_s) == (estate.vms[0], 0.0, 2.0 + 5.0)
        estate.run("vm.stop", estate.vms[0])
        assert "linked clones need it: db-04" in str(estate.refused("vm.delete", estate.vms[0]))

    def test_it_refuses_a_full_datastore(self, estate: Operated) -> None:
        shut_down(estate.vms[0])
        Datastore.objects.update(capacity_gib=70)
        refused = estate.refused("vm.clone", estate.vms[0], name="x")
        assert "Needs 20.0 GiB; datastore ds-01 has 10.0 GiB left" in str(refused)

    def test_it_is_undone_where_the_space_went_meanwhile(self, estate: Operated) -> None:
        shut_down(estate.vms[0])
        job = estate.start("vm.clone", estate.vms[0], name="x")
        Datastore.objects.update(capacity_gib=70)
        estate.let_pass()
        assert Job.objects.get(pk=job.pk).state == JobState.FAILED
        assert not VirtualMachine.objects.filter(name="x").exists()
        assert not Workload.objects.filter(name="x").exists()

    def test_it_has_no_linked_clones_without_a_hypervisor(self) -> None:
        estate = make_operated(Hypervisor.NONE, guests=1)
        assert "no linked clones" in str(estate.refused("vm.clone", estate.vms[0], name="x", linked=True))

    def test_it_refuses_taken_names_and_addresses(self, estate: Operated) -> None:
        with pytest.raises(Invalid, match="called db-02 already"):
            estate.start("vm.clone", estate.vms[0], name="db-02")
        VirtualMachine.objects.filter(name="db-02").update(address="10.0.0.2")
        with pytest.raises(Invalid, match="db-02 has this address"):
            estate.start("vm.clone", estate.vms[0], name="x", address="10.0.0.2")


class TestTemplates:
    def test_it_saves_a_copy_and_leaves_the_guest(self, db: None) -> None:
        estate = make_operated(Hypervisor.ESXI)
        estate.run("template.save", estate.vms[0], name="base", how="copy")
        assert estate.vm("base").is_template
        assert estate.vm("base").power_state == PowerState.STOPPED
        assert estate.vm("db-01").power_state == PowerState.RUNNING

    def test_it_refuses_to_convert_a_running_guest(self, estate: Operated) -> None:
        refused = estate.refused("template.save", estate.vms[0], name="base", how="convert")
        assert "only a stopped VM becomes a template" in str(refused)
        assert refused.refusals[0].ways_out[0].operation == "vm.stop"

    def test_it_calls_a_converted_one_as_asked(self, estate: Operated) -> None:
        estate.run("vm.stop", estate.vms[0])
        estate.run("template.save", estate.vms[0], name="base", how="convert")
        assert estate.vm("base").is_template

    def test_it_converts_back(self, estate: Operated, template: VirtualMachine) -> None:
        assert template.is_template
        estate.run("template.to_vm", template)
        estate.run("vm.start", estate.vm("db-01"))
        assert estate.vm("db-01").power_state == PowerState.RUNNING

    def test_it_keeps_a_template_that_linked_clones_need(self, estate: Operated, template: VirtualMachine) -> None:
        estate.run(
            "template.deploy", template, count=1, pattern="web-{n}", first=1, vcpu=1, memory_mib=GIB, linked=True
        )
        for name in ("vm.delete", "template.to_vm"):
            assert "linked clones need it: web-1" in str(estate.refused(name, template))

    @pytest.mark.parametrize("name", ["vm.delete", "template.to_vm"])
    def test_it_keeps_a_template_that_is_being_copied(
        self, estate: Operated, template: VirtualMachine, name: str
    ) -> None:
        params = {"count": 3, "pattern": "web-{n}", "first": 1, "vcpu": 1, "memory_mib": GIB}
        job = estate.start("template.deploy", template, **params)
        estate.let_pass(5)
        [refusal] = estate.refused(name, template).refusals
        assert refusal.job == job, "the deployment, and not each copy"
        estate.let_pass()
        assert Job.objects.get(pk=job.pk).state == JobState.SUCCEEDED
        estate.run(name, template)

    @pytest.mark.parametrize("name", ["vm.delete", "template.to_vm"])
    def test_it_copies_no_template_that_is_being_taken_away(
        self, estate: Operated, template: VirtualMachine, name: str
    ) -> None:
        job = estate.start(name, template)
        params = {"count": 3, "pattern": "web-{n}", "first": 1, "vcpu": 1, "memory_mib": GIB}
        [refusal] = estate.refused("template.deploy", template, **params).refusals
        assert refusal.job == job
        [refusal] = estate.refused("vm.restore", estate.vms[1], source=template.pk).refusals
        assert refusal.job == job

    def test_it_does_not_start_a_template(self, estate: Operated, template: VirtualMachine) -> None:
        assert "is a template" in str(estate.refused("vm.start", template))
        assert "is a template" in str(estate.refused("snapshot.take", template, name="x"))


class TestDeploy:
    fifty = {"count": 50, "pattern": "web-{n:02}", "first": 1, "vcpu": 1, "memory_mib": 512, "start": True}

    def test_it_deploys_fifty_with_a_job_each(self, estate: Operated, template: VirtualMachine) -> None:
        job = estate.start("template.deploy", template, **self.fifty, first_address="10.1.0.1", linked=True)
        estate.let_pass(1)
        assert Job.objects.filter(parent=job).count() == 50
        estate.let_pass()
        assert Job.objects.get(pk=job.pk).state == JobState.SUCCEEDED
        copies = VirtualMachine.objects.filter(made_from=template).order_by("name")
        assert [vm.name for vm in copies][::49] == ["web-01", "web-50"]
        assert {vm.power_state for vm in copies} == {PowerState.RUNNING}
        assert [vm.address for vm in copies][::49] == ["10.1.0.1", "10.1.0.50"]
        assert len({vm.workload_id for vm in copies}) == 50

    def test_it_copies_eight_at_a_time_on_one_datastore(self, estate: Operated, template: VirtualMachine) -> None:
        Datastore.objects.update(capacity_gib=10_000)
        operation = estate.prepared("template.deploy", template, **self.fifty | {"start": False})
        one_s = 2 * 20 * 1024 / 500
        assert operation.plan().duration_s == pytest.approx(50 * one_s + 2)
        job = estate.run("template.deploy", template, **self.fifty | {"start": False, "count": 9})
        ends = [child.ends_lab_at for child in Job.objects.filter(parent=job).order_by("pk") if child.ends_lab_at]
        assert (ends[8] - ends[0]).total_seconds() == pytest.approx(one_s)

    def test_it_compares_with_making_each_by_hand(self, estate: Operated, template: VirtualMachine) -> None:
        row = estate.prepared("template.deploy", template, **self.fifty, linked=True).preview().changes[0]
        assert row.before == 50 * 1800
        assert row.after < 120

    def test_it_says_how_many_find_room(self, estate: Operated, template: VirtualMachine) -> None:
        refused = estate.refused("template.deploy", template, **self.fifty | {"memory_mib": 8 * GIB, "linked": True})
        assert "Only 12 of 50 copies find room to run in c1" in str(refused)

    def test_it_refuses_more_than_the_datastore_holds(self, estate: Operated, template: VirtualMachine) -> None:
        assert "datastore ds-01" in str(estate.refused("template.deploy", template, **self.fifty))

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"count": 51}, "less than or equal to 50"),
            ({"count": 0}, "greater than or equal to 1"),
            ({"pattern": "web"}, "needs one number"),
            ({"pattern": "{n}{n}"}, "needs one number"),
            ({"pattern": "{n.__class__}"}, "needs one number"),
            ({"pattern": "db-{n:02}"}, "Taken already: db-01, db-02, db-03"),
            ({"pattern": "x" * 119 + "{n}"}, "120 characters|too long"),
            ({"first_address": "255.255.255.250"}, "not enough addresses"),
            ({"first_address": "nowhere"}, "valid IPv4 or IPv6"),
        ],
    )
    def test_it_marks_the_field(
        self, estate: Operated, template: VirtualMachine, wrong: dict[str, object], words: str
    ) -> None:
        with pytest.raises(Invalid, match=words):
            estate.start("template.deploy", template, **self.fifty | wrong)

    def test_it_refuses_a_guest_that_is_no_template(self, estate: Operated) -> None:
        refused = estate.refused("template.deploy", estate.vms[0], **self.fifty)
        assert refused.refusals[0].ways_out[0].operation == "template.save"

    def test_it_goes_on_where_one_copy_fails(self, estate: Operated, template: VirtualMachine) -> None:
        job = estate.start("template.deploy", template, **self.fifty | {"count": 3, "linked": True})
        VirtualMachine.objects.create(lab=estate.lab, cluster=estate.cluster, name="web-02", vcpu=1, memory_mib=512)
        estate.let_pass()
        assert "No copy web-02: " in " ".join(str(line) for line in job.log.all())
        assert "2 of 3 copies are made." in [str(line) for line in job.log.filter(level=Level.ERROR)]
        assert VirtualMachine.objects.filter(made_from=template).count() == 2

    def test_it_starts_each_copy_on_the_host_that_was_chosen_for_it(
        self, estate: Operated, template: VirtualMachine
    ) -> None:
        VirtualMachine.objects.filter(name="db-02").update(memory_mib=44 * GIB)
        params = self.fifty | {"count": 2, "memory_mib": 4 * GIB}
        planned = estate.prepared("template.deploy", template, **params).plan().steps[0].params["copies"]
        assert sorted(copy["host"] for copy in planned) == [host.pk for host in estate.hosts]
        job = estate.run("template.deploy", template, **params)
        copies = VirtualMachine.objects.filter(made_from=template)
        assert {vm.host for vm in copies} == set(estate.hosts), "stopped copies reserve nothing on the first"
        assert {vm.power_state for vm in copies} == {PowerState.RUNNING}
        assert "2 of 2 copies are made." in [str(line) for line in job.log.filter(level=Level.INFO)]

    def test_it_goes_elsewhere_where_the_room_of_its_host_is_taken_meanwhile(
        self, estate: Operated, template: VirtualMachine
    ) -> None:
        more = {"name": "web", "vcpu": 1, "memory_mib": 8 * GIB, "start": True}
        VirtualMachine.objects.filter(name="db-02").update(memory_mib=60 * GIB)
        estate.run("template.deploy_copy", template, **more, host=estate.hosts[0].pk)
        assert estate.vm("web").host == estate.hosts[1]

    def test_it_cancels_the_copies_with_their_deployment(self, estate: Operated, template: VirtualMachine) -> None:
        job = estate.start("template.deploy", template, **self.fifty, linked=True)
        estate.let_pass(1)
        assert job.children.filter(state=JobState.RUNNING).exists()
        cancel(Job.objects.get(pk=job.pk), TESTER)
        assert set(job.children.values_list("state", flat=True)) == {JobState.CANCELLED}
        assert not VirtualMachine.objects.filter(made_from=template).exists()

    def test_it_ends_a_day_later_with_every_copy(self, estate: Operated, template: VirtualMachine) -> None:
        job = estate.start("template.deploy", template, **self.fifty, linked=True)
        estate.let_pass(1)
        assert job.children.filter(state=JobState.QUEUED).exists(), "more copies than may run at once"
        estate.let_pass(86_400)
        assert set(job.children.values_list("state", flat=True)) == {JobState.SUCCEEDED}
        assert Job.objects.get(pk=job.pk).state == JobState.SUCCEEDED
