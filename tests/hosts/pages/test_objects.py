"""Pages of VMs, hosts, clusters and datastores; their lists, filters, files and links to jobs."""

import csv
import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from hosts.choices import GuestHealth, HostState, PowerState
from hosts.inventory.write import touch
from hosts.live.live import live
from hosts.models import Backup, Datastore, Host, Snapshot, VirtualMachine
from hosts.operations.guest.move import MoveVm
from hosts.pages.racks.read import BY_MEMORY, rack_view
from tests.labs.test_labs import open_lab
from virtlab.jobs.actor import Actor
from virtlab.jobs.choices import Source
from virtlab.jobs.requests.prepare import Request
from virtlab.jobs.requests.start import start
from virtlab.labs.choices import Role
from virtlab.labs.models import Lab, Membership
from virtlab.labs.traces import source_text
from virtlab.web.formats import gib, number

pytestmark = pytest.mark.django_db
PAGES = (
    "",
    "vms/",
    "hosts/",
    "clusters/",
    "templates/",
    "datastores/",
    "hypervisors/",
)


@pytest.fixture
def lab(aiko: Client) -> Lab:
    return open_lab(aiko)


@pytest.fixture
def vm(lab: Lab) -> VirtualMachine:
    return VirtualMachine.objects.get(lab=lab, name="db-01")


def of(lab: Lab, path: str = "") -> str:
    return f"/labs/{lab.slug}/hosts/{path}"


def pages_of(vm: VirtualMachine) -> list[str]:
    paths = [f"vms/{vm.pk}/", f"vms/{vm.pk}/menu/", f"hosts/{vm.host_id}/", f"clusters/{vm.cluster_id}/"]
    return [of(vm.lab, path) for path in [*paths, f"datastores/{vm.datastore_id}/"]]


class TestRights:
    def test_it_shows_a_stranger_nothing(self, ben: Client, vm: VirtualMachine) -> None:
        for address in [*pages_of(vm), *(of(vm.lab, page) for page in PAGES)]:
            assert ben.get(address).status_code == 404, address

    def test_it_shows_no_things_of_another_lab(self, ben: Client, vm: VirtualMachine) -> None:
        other = open_lab(ben)
        for address in pages_of(vm):
            assert ben.get(address.replace(vm.lab.slug, other.slug)).status_code == 404, address

    def test_it_offers_a_viewer_nothing_that_changes(
        self, dara: User, client_of: Callable[[User], Client], vm: VirtualMachine
    ) -> None:
        Membership.objects.create(lab=vm.lab, user=dara, role=Role.VIEWER)
        viewer = client_of(dara)
        for address in (of(vm.lab), of(vm.lab, "vms/"), *pages_of(vm)[:4]):
            page = viewer.get(address).content.decode()
            assert "jobs/operations/vm.stop" not in page, address
            assert "jobs/operations/vm.create" not in page, address
            assert "/bulk/" not in page, address


class TestMachine:
    def test_it_shows_what_it_is_and_uses(self, aiko: Client, vm: VirtualMachine) -> None:
        answer = aiko.get(pages_of(vm)[0])
        page = answer.content.decode()
        assert f"/hosts/hosts/{vm.host_id}/" in page
        assert "PostgreSQL (ERP)" in page
        assert len(answer.context["charts"]) == 4
        assert "vm.resize" in page

    def test_it_calls_memory_active_and_consumed_on_every_page(self, aiko: Client, vm: VirtualMachine) -> None:
        for path in (f"vms/{vm.pk}/", f"hosts/{vm.host_id}/", f"clusters/{vm.cluster_id}/"):
            answer = aiko.get(of(vm.lab, path))
            row, page = answer.context["now"], answer.content.decode()
            active, used = row.memory_active_gib, row.memory_used_gib
            assert 0 < active < used
            assert f"{gib(active)} active · {gib(used)} consumed" in page, path
            assert f"{gib(used)} used" not in page, path

    def test_it_sums_active_memory_of_hosts_to_their_cluster(self, vm: VirtualMachine) -> None:
        now = live(vm.lab)
        hosts = [host.memory_active_gib for host in now.hosts.values() if host.cluster_id == vm.cluster_id]
        assert now.clusters[vm.cluster_id].memory_active_gib == pytest.approx(sum(hosts))

    @pytest.mark.parametrize("state", [HostState.ON, HostState.MAINTENANCE, HostState.FAILED])
    def test_it_has_one_figure_for_what_may_still_be_allocated(
        self, aiko: Client, vm: VirtualMachine, state: HostState
    ) -> None:
        """A cluster's page, the rows of its hosts and hosts' pages say the same; the hosts sum to the cluster."""
        other = vm.cluster.hosts.exclude(pk=vm.host_id or 0).earliest("pk")
        Host.objects.filter(pk=other.pk).update(state=state)
        touch(vm.lab)
        now = live(vm.lab)
        row, host = now.clusters[vm.cluster_id], now.hosts[vm.host_id or 0]
        of_hosts = [each for each in now.hosts.values() if each.cluster_id == vm.cluster_id]
        assert row.memory_free_gib == pytest.approx(sum(each.memory_free_gib for each in of_hosts))
        cluster_page, host_page = (aiko.get(pages_of(vm)[place]).content.decode() for place in (3, 2))
        assert f"{gib(row.memory_free_gib)} unallocated of {gib(row.memory_allocatable_gib)}" in cluster_page
        words = f"{gib(host.memory_free_gib)} unallocated of {gib(host.memory_allocatable_gib)}"
        assert words in cluster_page
        assert words in host_page
        assert f"{number(row.vcpu_free)} unallocated of {number(row.vcpu_allocatable)}" in cluster_page
        assert f"{number(host.vcpu_free)} unallocated of {number(host.vcpu_allocatable)}" in host_page
        assert f"May allocate {number(host.vcpu_allocatable, 0)} vCPU" in host_page

    def test_it_says_in_the_readers_language_where_its_demand_comes_from(
        self, aiko: Client, vm: VirtualMachine
    ) -> None:
        page = aiko.get(pages_of(vm)[0], headers={"accept-language": "ja"}).content.decode()
        with override("ja"):
            assert source_text("demo") in page
        assert "demo</small>" not in page

    @pytest.mark.parametrize("place", [0, 2, 3, 4])
    def test_it_follows_what_happens_as_a_whole(self, aiko: Client, vm: VirtualMachine, place: int) -> None:
        """What refreshes is the whole: name, figures, facts, bill and jobs (htmx takes it from the page itself)."""
        sent = {"HX-Request": "true", "HX-Request-Type": "full", "HX-Target": "div#object"}
        page = aiko.get(pages_of(vm)[place], headers=sent).content.decode()
        region = page.partition('id="object"')[2]
        assert 'data-live="lab jobs"' in region
        assert 'hx-select="#object"' in region
        region = region.partition("</main>")[0].partition('id="runway"')[0]  # of the comparison, beside what refreshes
        assert region.count("hx-get=") == 1, "one region, none within"
        assert "Jobs that touched it" in region
        assert "<h1" in region

    def test_it_sums_its_bill_to_the_cent(self, aiko: Client, vm: VirtualMachine) -> None:
        context = aiko.get(pages_of(vm)[0]).context
        assert sum(line.usd for line in context["bill"]) == context["now"].cost_usd_per_month

    def test_it_leads_to_its_jobs_and_back(self, aiko: Client, vm: VirtualMachine) -> None:
        target = Host.objects.filter(cluster=vm.cluster).exclude(pk=vm.host_id or 0)[0]
        small = VirtualMachine.objects.get(lab=vm.lab, name="lb-01")
        job = start(vm.lab, Request(MoveVm, small, {"host": target.pk}, Actor(Source.COMMAND)))
        page = aiko.get(of(vm.lab, f"vms/{small.pk}/")).content.decode()
        assert job.get_absolute_url() in page
        assert of(vm.lab, f"vms/{small.pk}/") in aiko.get(job.get_absolute_url()).content.decode()
        racks = aiko.get(of(vm.lab)).content.decode()
        assert "data-busy" in racks
        assert f"→ {target.name}" in racks

    @pytest.mark.parametrize("state", list(PowerState))
    def test_it_says_on_its_console_what_it_does(self, aiko: Client, vm: VirtualMachine, state: str) -> None:
        VirtualMachine.objects.filter(pk=vm.pk).update(power_state=state, health=GuestHealth.WELL)
        touch(vm.lab)
        words = {"running": "login:", "stopped": "No signal", "suspended": "Suspended."}
        assert words[state] in aiko.get(pages_of(vm)[0]).content.decode()

    @pytest.mark.parametrize("system", ["windows", "linux"])
    def test_it_has_a_console_of_its_own_system(self, aiko: Client, vm: VirtualMachine, system: str) -> None:
        assert vm.workload
        vm.workload.operating_system = system
        vm.workload.save()
        page = aiko.get(pages_of(vm)[0]).content.decode()
        assert ("Press Ctrl+Alt+Delete to unlock." in page) == (system == "windows")
        assert ("login: _" in page) == (system == "linux")

    def test_it_says_that_an_update_broke_it(self, aiko: Client, vm: VirtualMachine) -> None:
        VirtualMachine.objects.filter(pk=vm.pk).update(health=GuestHealth.BROKEN)
        touch(vm.lab)
        assert "its last update broke it" in aiko.get(pages_of(vm)[0]).content.decode()
        assert "Broken by an update" in aiko.get(of(vm.lab)).content.decode()

    def test_it_draws_snapshots_as_a_tree_and_where_it_is(self, aiko: Client, vm: VirtualMachine) -> None:
        first, second, third = (
            Snapshot.objects.create(vm=vm, name=name, taken_lab_at=timezone.now()) for name in ("a", "b", "c")
        )
        Snapshot.objects.filter(pk__in=(second.pk, third.pk)).update(parent=first)
        VirtualMachine.objects.filter(pk=vm.pk).update(snapshot=second)
        touch(vm.lab)
        answer = aiko.get(pages_of(vm)[0])
        (root,) = answer.context["snapshots"]
        assert [point.snapshot.name for point in root.children] == ["b", "c"]
        assert [point.is_here for point in root.children] == [True, False]
        assert "You are here" in answer.content.decode()

    def test_it_lists_backups_with_what_can_be_done_with_them(self, aiko: Client, vm: VirtualMachine) -> None:
        assert "None. A backup is a copy on other storage" in aiko.get(pages_of(vm)[0]).content.decode()
        kept = {"disk_gib": 60, "disk_used_gib": 20, "health": "broken", "guest_version": 1, "power_state": "running"}
        backup = Backup.objects.create(
            lab=vm.lab,
            cluster=vm.cluster,
            vm=vm,
            vm_name=vm.name,
            name="b",
            taken_lab_at=timezone.now(),
            gib=20,
            configuration=kept,
        )
        page = aiko.get(pages_of(vm)[0]).content.decode()
        assert f"vm.restore/?subject={vm.pk}&amp;source=backup-{backup.pk}&amp;next=" in page
        assert f"backup.delete/?subject={backup.pk}&amp;next=" in page
        section = page.partition('id="backups"')[2]
        assert all(words in section for words in ("crash-consistent", "Broken by an update", "20.0"))
        assert '<a href="#backups">' in page
        cluster = pages_of(vm)[3]
        assert "Backups of VMs that are gone" not in aiko.get(cluster).content.decode()
        vm.delete()
        section = aiko.get(cluster).content.decode().partition("Backups of VMs that are gone")[2]
        assert all(words in section for words in ("<b>db-01</b>", f"backup.restore/?subject={backup.pk}", "Broken by"))
        assert "vm.restore" not in section

    def test_it_keeps_a_name_with_markup_inert(self, aiko: Client, vm: VirtualMachine) -> None:
        VirtualMachine.objects.filter(pk=vm.pk).update(name="<img src=x>日本🙂")
        touch(vm.lab)
        for address in (*pages_of(vm)[:3], of(vm.lab), of(vm.lab, "vms/?q=日本")):
            page = aiko.get(address).content.decode()
            assert "<img src=x>" not in page, address
            assert "&lt;img src=x&gt;日本🙂" in page, address

    def test_it_shows_a_templates_copies_and_linked_clones(self, aiko: Client, lab: Lab, vm: VirtualMachine) -> None:
        template = VirtualMachine.objects.filter(lab=lab, is_template=True)[0]
        VirtualMachine.objects.filter(pk=vm.pk).update(made_from=template, base=template)
        touch(lab)
        page = aiko.get(of(lab, f"vms/{template.pk}/")).content.decode()
        assert "1 copy was made from it" in page
        assert "1 linked clone depends on it" in page
        row = aiko.get(of(lab, "templates/")).context["rows"].page.object_list
        assert {one.name: one.linked_count for one in row}[template.name] == 1


class TestHost:
    def test_it_is_the_sum_of_its_machines(self, aiko: Client, vm: VirtualMachine) -> None:
        context = aiko.get(pages_of(vm)[2]).context
        assert sum(line.usd for line in context["bill"]) == context["now"].cost_usd_per_month
        assert len(context["slab"].blocks) == context["now"].guests

    def test_it_sums_hosts_to_their_cluster(self, aiko: Client, vm: VirtualMachine) -> None:
        context = aiko.get(pages_of(vm)[3]).context
        now, hosts = context["now"], context["hosts"]
        assert sum((host.cost_usd_per_month for host in hosts), Decimal(0)) == now.cost_of_placed_usd_per_month
        assert sum(host.power_w for host in hosts) == pytest.approx(now.power_of_hosts_w)

    def test_it_sums_hosts_and_unused_space_to_their_cluster(self, aiko: Client, vm: VirtualMachine) -> None:
        answer = aiko.get(pages_of(vm)[3])
        now, page = answer.context["now"], answer.content.decode()
        unplaced = now.cost_of_unplaced_usd_per_month
        assert now.cost_of_placed_usd_per_month + unplaced + now.unused_space_usd_per_month == now.cost_usd_per_month
        assert f"{now.unused_space_usd_per_month:,.2f}" in page
        assert f"{now.power_of_storage_w:,.1f}" in page

    def test_it_says_what_a_datastore_costs_and_what_of_it_nothing_uses(self, aiko: Client, vm: VirtualMachine) -> None:
        answer = aiko.get(pages_of(vm)[4])
        now, page = answer.context["now"], answer.content.decode()
        assert 0 < now.unused_usd_per_month < now.cost_usd_per_month
        for amount in (now.cost_usd_per_month, now.unused_usd_per_month):
            assert f"{amount:,.2f}" in page
        file = aiko.get(of(vm.lab, "datastores/?format=csv")).content.decode("utf-8-sig")
        row = next(row for row in csv.DictReader(io.StringIO(file)) if row["Name"] == now.name)
        assert float(row["Unused space (USD per month)"]) == float(now.unused_usd_per_month)
        assert float(row["Power (W)"]) == now.power_w > 0

    @pytest.mark.parametrize("state", [HostState.FAILED, HostState.MAINTENANCE, HostState.OFF])
    def test_it_says_what_is_wrong_in_a_word(self, aiko: Client, vm: VirtualMachine, state: HostState) -> None:
        Host.objects.filter(pk=vm.host_id or 0).update(state=state)
        touch(vm.lab)
        for address in (of(vm.lab), of(vm.lab, "hosts/"), pages_of(vm)[2], pages_of(vm)[3]):
            assert str(state.label) in aiko.get(address).content.decode(), address

    @pytest.mark.parametrize("state", [HostState.FAILED, HostState.MAINTENANCE, HostState.OFF])
    def test_it_offers_nothing_of_a_host_that_is_not_on(
        self, aiko: Client, vm: VirtualMachine, state: HostState
    ) -> None:
        assert "unallocated" in (first := aiko.get(pages_of(vm)[2]).content.decode())
        assert "May allocate" in first
        Host.objects.filter(pk=vm.host_id or 0).update(state=state)
        touch(vm.lab)
        page = aiko.get(pages_of(vm)[2]).content.decode()
        assert "unallocated" not in page
        assert "Nothing can be allocated on it while it is not on." in page

    def test_it_draws_no_day_where_nothing_runs(self, aiko: Client, vm: VirtualMachine) -> None:
        vm_page, host_page = pages_of(vm)[0], pages_of(vm)[2]
        assert len(aiko.get(host_page).context["charts"]) == 4
        VirtualMachine.objects.filter(host=vm.host_id).update(power_state=PowerState.STOPPED)
        touch(vm.lab)
        for address in (vm_page, host_page):
            answer = aiko.get(address)
            assert answer.context["charts"] == []
            assert "Nothing runs here now." in answer.content.decode()
            assert "On average 0" not in answer.content.decode()


class TestRacks:
    def test_it_sizes_blocks_by_vcpu_or_memory(self, lab: Lab) -> None:
        def span(size: str) -> int:
            blocks = rack_view(lab, size=size).racks[0].slabs[1].blocks
            return next(block.span for block in blocks if block.name == "mail-01")

        assert (span("vcpu"), span(BY_MEMORY)) == (3, 3)
        VirtualMachine.objects.filter(lab=lab, name="mail-01").update(memory_mib=64 * 1024)
        touch(lab)
        assert span("vcpu") < span(BY_MEMORY)

    def test_it_finds_hosts_by_a_machine_on_them(self, aiko: Client, lab: Lab) -> None:
        estate = aiko.get(of(lab), {"q": "db-01"}).context["estate"]
        shown = [slab.host.name for rack in estate.racks for slab in rack.slabs]
        assert "kvm-01" in shown
        assert "kvm-02" not in shown
        assert estate.host_count == 4

    def test_it_answers_a_refresh_with_the_racks_alone(self, aiko: Client, lab: Lab) -> None:
        part = aiko.get(of(lab), headers={"HX-Request": "true"}).content.decode()
        assert part.lstrip().startswith("<div")
        assert "<html" not in part
        assert "db-01" in part

    def test_it_lists_what_can_be_done_with_a_machine(self, aiko: Client, vm: VirtualMachine) -> None:
        menu = aiko.get(pages_of(vm)[1]).content.decode()
        assert f"operations/vm.move/?subject={vm.pk}" in menu


class TestLists:
    @pytest.mark.parametrize(("old", "new"), [("machines/?q=db", "vms/?q=db"), ("servers/7/", "hosts/7/")])
    def test_it_is_found_under_its_old_address(self, aiko: Client, lab: Lab, old: str, new: str) -> None:
        assert aiko.get(of(lab, old)).headers["Location"] == of(lab, new)

    def test_it_filters_and_keeps_that_in_the_address(self, aiko: Client, lab: Lab) -> None:
        answer = aiko.get(of(lab, "vms/"), {"state": "stopped", "sort": "-vcpu"})
        rows = answer.context["rows"].page.object_list
        assert rows
        assert {vm.power_state for vm in rows} == {"stopped"}
        assert "state=stopped" in answer.content.decode()

    @pytest.mark.parametrize("page", PAGES[1:6])
    def test_it_gives_what_is_shown_as_a_file(self, aiko: Client, lab: Lab, page: str) -> None:
        answer = aiko.get(of(lab, page), {"format": "csv"})
        rows = list(csv.reader(io.StringIO(answer.content.decode().removeprefix("\ufeff"))))
        assert answer["Content-Type"].startswith("text/csv")
        assert len(rows) > 1
        assert {len(row) for row in rows} == {len(rows[0])}

    def test_it_has_the_order_of_the_list_and_every_page_of_it_in_its_file(self, aiko: Client, lab: Lab) -> None:
        answer = aiko.get(of(lab, "vms/"), {"format": "csv", "sort": "-vcpu", "page": "2"})
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert len(rows) == 65
        assert [row["Name"] for row in rows[:2]] == ["db-01", "db-02"]
        assert list(rows[0])[:3] == ["Name", "State", "Host"]

    def test_it_makes_a_formula_in_a_name_harmless(self, aiko: Client, vm: VirtualMachine) -> None:
        VirtualMachine.objects.filter(pk=vm.pk).update(name="=1+1")
        answer = aiko.get(of(vm.lab, "vms/"), {"format": "csv", "q": "=1"})
        assert "'=1+1" in answer.content.decode()

    @pytest.mark.parametrize("page", PAGES)
    @pytest.mark.parametrize("query", ["page=999999", "page=x&sort=evil&state=no&cluster=-1", "q=%00", "q=%F0%9F"])
    def test_it_bears_any_address(self, aiko: Client, lab: Lab, page: str, query: str) -> None:
        assert aiko.get(f"{of(lab, page)}?{query}").status_code == 200

    def test_it_offers_bulk_actions(self, aiko: Client, lab: Lab) -> None:
        page = aiko.get(of(lab, "vms/")).content.decode()
        assert f"/labs/{lab.slug}/jobs/bulk/vm.stop/" in page
        assert 'name="subject"' in page

    def test_it_shows_a_full_datastore_in_words(self, aiko: Client, vm: VirtualMachine) -> None:
        assert vm.datastore_id
        Datastore.objects.filter(pk=vm.datastore_id).update(capacity_gib=1)
        touch(vm.lab)
        assert "Full: nothing more can be written" in aiko.get(pages_of(vm)[4]).content.decode()


class TestOpenedForms:
    """A form that a link fills in does not refuse itself."""

    def test_it_puts_a_new_vm_into_the_cluster_of_the_host_that_the_link_names(self, aiko: Client, lab: Lab) -> None:
        address = reverse("jobs:operate", args=[lab.slug, "vm.create"])
        assert lab.clusters.count() > 1
        for host in lab.hosts.all():
            page = aiko.get(of(lab, f"hosts/{host.pk}/"))
            [(_operation, link)] = page.context["start"]
            form = aiko.get(f"{link}&name=new-01").context["form"]
            assert (form.errors, int(form["cluster"].data)) == ({}, host.cluster_id), host.name
        for odd in ("x", "9" * 30, "-1", ""):
            assert aiko.get(address, {"host": odd}).status_code == 200

    def test_it_still_refuses_a_host_of_another_cluster(self, aiko: Client, lab: Lab) -> None:
        host, other = lab.hosts.earliest("pk"), lab.clusters.exclude(hosts=lab.hosts.earliest("pk")).earliest("pk")
        sent = {"name": "new-01", "host": host.pk, "cluster": other.pk, "vcpu": 1, "memory_mib": 1024, "disk_gib": 20}
        answer = aiko.post(reverse("jobs:operate", args=[lab.slug, "vm.create"]), {**sent, "operating_system": "linux"})
        assert "host" in answer.context["form"].errors
