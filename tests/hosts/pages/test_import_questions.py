"""What a trace leaves open is asked once; an estate of totals alone is made, marked and compared."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from hosts.inventory.assembly.totals import sizes
from hosts.models import Host, VirtualMachine
from hosts.models.inventory_import import ImportState, InventoryImport
from tests.hosts.inventory.traces.made import CASES
from tests.hosts.pages.conftest import page, upload
from virtlab.jobs.work.workshop import do_next_work
from virtlab.labs.models import Lab, Trace
from virtlab.labs.services import rename_lab

pytestmark = pytest.mark.django_db
SAID = {
    "vms": "120",
    "vcpu": "480",
    "memory": "1.9",
    "memory_unit": "tib",
    "disk": "40",
    "disk_unit": "tib",
    "hosts": "12",
}


def send(client: Client, lab: Lab, *names: str, anonymous: bool = False) -> InventoryImport:
    """Uploads some of the cases together and has them read."""
    return upload(client, lab, {name: (CASES / name).read_bytes() for name in names}, anonymous=anonymous)


def answer(client: Client, staged: InventoryImport, **said: str) -> int:
    address = reverse("inventory:columns", args=[staged.lab.slug, staged.pk])
    status = client.post(address, said).status_code
    do_next_work()
    staged.refresh_from_db()
    return status


def accept(client: Client, staged: InventoryImport, mode: str) -> None:
    client.post(reverse("inventory:accept", args=[staged.lab.slug, staged.pk]), {"mode": mode})


class TestQuestions:
    def test_it_asks_for_the_order_of_dates_with_an_example(self, aiko: Client, lab: Lab) -> None:
        staged = send(aiko, lab, "estate_web01.csv", "trace_us_ampm.csv")
        assert staged.state == ImportState.COLUMNS
        text = page(aiko, staged)
        assert "the day or the month?" in text
        assert "The month: 3/2/2026 12:00:00 AM is March 2, 2026" in text.replace("Mar. 2", "March 2")

    def test_it_shows_the_first_date_that_differs_and_the_period_of_either_answer(self, aiko: Client, lab: Lab) -> None:
        days = [f"web01,{day:02}/01/2026 {hour:02}:00,20" for day in (1, 2, 3, 4) for hour in range(24)]
        text = page(aiko, upload(aiko, lab, {"t.csv": "\n".join(["vm,timestamp,cpu_percent", *days])}))
        assert "The month: 02/01/2026 00:00 is Feb. 1, 2026 · the samples are of Jan. 1, 2026 to April 1, 2026" in text
        assert "The day: 02/01/2026 00:00 is Jan. 2, 2026 · the samples are of Jan. 1, 2026 to Jan. 4, 2026" in text

    def test_it_asks_nothing_where_either_answer_gives_the_same_dates(self, aiko: Client, lab: Lab) -> None:
        rows = [f"web01,03/03/2026 {hour:02}:00,20" for hour in range(24)]
        staged = upload(aiko, lab, {"t.csv": "\n".join(["vm,timestamp,cpu_percent", *rows])})
        assert staged.state == ImportState.READY

    def test_it_names_the_largest_number_whose_unit_is_open(self, aiko: Client, lab: Lab) -> None:
        text = page(aiko, send(aiko, lab, "estate_web01.csv", "trace_over100.csv"))
        assert "? The largest is 250." in text

    def test_it_keeps_the_answer_for_the_next_file(self, aiko: Client, lab: Lab) -> None:
        assert answer(aiko, send(aiko, lab, "estate_web01.csv", "trace_us_ampm.csv"), dates="mdy") == 302
        staged = send(aiko, lab, "estate_web01.csv", "trace_us_ampm.csv")
        assert (staged.state, staged.summary["traces"]["start_s"]) == (ImportState.READY, 1_772_409_600)

    def test_it_says_at_the_question_that_it_is_open(self, aiko: Client, lab: Lab) -> None:
        staged = send(aiko, lab, "estate_web01.csv", "trace_over100.csv")
        assert answer(aiko, staged) == 422
        assert answer(aiko, staged, cpu="acre") == 422
        assert staged.state == ImportState.COLUMNS

    def test_it_shows_dates_but_no_names_where_names_are_replaced(self, aiko: Client, lab: Lab) -> None:
        text = page(aiko, send(aiko, lab, "trace_us_ampm.csv", anonymous=True))
        assert "3/2/2026 12:05:00 AM" in text
        assert "web01" not in text

    def test_it_does_with_memory_what_it_says(self, aiko: Client, lab: Lab) -> None:
        staged = send(aiko, lab, "estate_web01.csv", "trace_no_memory.csv")
        assert "counts as using all of its memory" in page(aiko, staged)
        accept(aiko, staged, "replace")
        trace = Trace.objects.get()
        assert (trace.memory_mean_gib, trace.memory_peak_gib, trace.memory_seen_by) == (16.0, 16.0, "")
        vm = VirtualMachine.objects.get()
        shown = aiko.get(reverse("hosts:vm", args=[lab.slug, vm.pk])).content.decode()
        assert "Memory was not measured: all of it counts as used." in shown

    def test_it_takes_percent_of_a_core_up_to_all_cores(self, aiko: Client, lab: Lab) -> None:
        staged = send(aiko, lab, "estate_web01.csv", "trace_over100.csv")
        answer(aiko, staged, cpu="percent_core")
        accept(aiko, staged, "replace")
        assert Trace.objects.get().cpu_peak_vcpu == 2.5


class TestTracesAlone:
    def test_it_speaks_of_nothing_but_the_traces_that_vms_get(self, aiko: Client, lab: Lab) -> None:
        accept(
            aiko, upload(aiko, lab, {"e.csv": "name,vcpu,memory_mib,cluster,host\nweb01,4,8192,A,esx-1\n"}), "replace"
        )
        times = [1_782_864_000 + 300 * row for row in range(100)]
        rows = [f"web01,{time},50" for time in times] + [f"nobody,{time},50" for time in (*times[:5], times[50])]
        staged = upload(aiko, lab, {"t.csv": "\n".join(["vm,timestamp,cpu_percent", *rows])})
        assert staged.summary["traces"]["coverage"] == 1.0
        text = page(aiko, staged)
        assert "No VM of this lab is called “nobody”." in text
        for words in ("Not in the file", "Replacing removes", "?view=vms", "?view=hosts", "bridged", "is repeated"):
            assert words not in text, words


class TestTotals:
    def made(self, client: Client, lab: Lab, **change: str) -> InventoryImport:
        response = client.post(reverse("inventory:totals", args=[lab.slug]), SAID | change)
        assert response.status_code == 302, response.content.decode()
        return InventoryImport.objects.latest("pk")

    def test_it_makes_an_estate_whose_sums_are_those_given(self, aiko: Client, lab: Lab) -> None:
        staged = self.made(aiko, lab, windows="30")
        facts = staged.summary
        assert (facts["vms"], facts["vcpu"], facts["hosts"]) == (120, 480, 12)
        assert facts["memory_mib"] == round(1.9 * 1024**2)
        assert facts["disk_gib"] == pytest.approx(40 * 1024, abs=0.001)
        text = page(aiko, staged)
        assert "30 VMs run Windows Server; Linux is assumed for the 90 others" in text
        assert "12 hosts of 16 cores and 256\xa0GiB assumed where their size is not given: 2.50 vCPU per core" in text
        assert "63 % of memory filled" in text
        assert "because totals do not say" in text
        assert "Columns" not in text

    def test_it_writes_it_marked_and_comparable(self, aiko: Client, lab: Lab) -> None:
        accept(aiko, self.made(aiko, lab), "replace")
        assert VirtualMachine.objects.filter(lab=lab).count() == 120
        assert set(Trace.objects.values_list("source", flat=True)) == {"usage-totals"}
        assert Host.objects.filter(lab=lab).count() == 12

    def test_it_names_a_lab_after_what_replaces_the_demo_estate(self, aiko: Client, lab: Lab) -> None:
        for before, after in (
            ("Demo estate", "Estate of 120 VMs"),
            ("デモ環境", "Estate of 120 VMs"),
            ("Mine", "Mine"),
        ):
            rename_lab(lab, before)
            accept(aiko, self.made(aiko, lab), "replace")
            lab.refresh_from_db()
            assert lab.name == after
        rename_lab(lab, "Demo estate")
        accept(aiko, send(aiko, lab, "estate_web01.csv", anonymous=True), "replace")
        lab.refresh_from_db()
        assert lab.name == "Imported estate"

    def test_it_names_a_lab_again_with_every_estate_that_replaces_the_last(self, aiko: Client, lab: Lab) -> None:
        rename_lab(lab, "Demo estate")
        names = []
        accept(aiko, send(aiko, lab, "estate_web01.csv"), "replace")
        with override("ja"):
            accept(aiko, self.made(aiko, lab), "replace")
        for vms in ("130", "140"):
            accept(aiko, self.made(aiko, lab, vms=vms), "replace")
            lab.refresh_from_db()
            names.append(lab.name)
        accept(aiko, send(aiko, lab, "estate_web01.csv"), "replace")
        lab.refresh_from_db()
        assert [*names, lab.name] == ["Estate of 130 VMs", "Estate of 140 VMs", "estate_web01"]

    def test_it_keeps_the_name_that_a_person_gave_after_an_import(self, aiko: Client, lab: Lab) -> None:
        rename_lab(lab, "Demo estate")
        accept(aiko, send(aiko, lab, "estate_web01.csv"), "replace")
        rename_lab(lab, "Osaka")
        accept(aiko, self.made(aiko, lab), "replace")
        lab.refresh_from_db()
        assert lab.name == "Osaka"

    def test_it_leaves_the_name_to_what_is_added(self, aiko: Client, lab: Lab) -> None:
        rename_lab(lab, "Demo estate")
        accept(aiko, send(aiko, lab, "estate_web01.csv"), "add")
        lab.refresh_from_db()
        assert lab.name == "Demo estate"
        accept(aiko, send(aiko, lab, "estate_web01.csv"), "replace")
        lab.refresh_from_db()
        assert lab.name == "estate_web01"

    def test_it_takes_one_line_and_sizes_of_hosts(self, aiko: Client, lab: Lab) -> None:
        said = dict.fromkeys(SAID, "") | {
            "line": "120 VMs, 480 vCPU, 1.9 TiB, 40 TiB disk, 12 hosts",
            "host_cores": "32",
            "host_memory_gib": "512",
        }
        staged = self.made(aiko, lab, **said)
        assert (staged.summary["vms"], staged.summary["host_cores"]) == (120, 384)
        assert "hosts of 32 cores" not in page(aiko, staged)

    @pytest.mark.parametrize(
        "line",
        [
            "仮想マシン120台、480 vCPU、メモリ 1.9TiB、ディスク 40 TiB、ホスト12",
            "12 servers, 40 TiB of storage, 1.9 TB RAM, 480 vcpus, 120 VMs",
        ],
    )
    def test_it_reads_the_line_in_other_words_and_orders(self, aiko: Client, lab: Lab, line: str) -> None:
        facts = self.made(aiko, lab, **(dict.fromkeys(SAID, "") | {"line": line})).summary
        assert (facts["vms"], facts["vcpu"], facts["hosts"], facts["memory_mib"]) == (120, 480, 12, 1_992_294)
        assert facts["disk_gib"] == pytest.approx(40_960)

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"hosts": ""}, "Fill this in, here or in the line."),
            ({"vcpu": "100"}, "Each VM has at least one vCPU."),
            ({"memory": "0.01"}, "Each VM has at least 256 MiB."),
            ({"windows": "121"}, "These are more than all VMs."),
            ({"vms": "20001"}, "less than or equal to 20000"),
        ],
    )
    def test_it_says_at_the_field_what_is_wrong(
        self, aiko: Client, lab: Lab, change: dict[str, str], words: str
    ) -> None:
        response = aiko.post(reverse("inventory:totals", args=[lab.slug]), SAID | change)
        assert response.status_code == 422
        assert words in response.content.decode()
        assert not InventoryImport.objects.exists()

    def test_it_is_discarded_like_a_file(self, aiko: Client, lab: Lab) -> None:
        staged = self.made(aiko, lab)
        aiko.post(reverse("inventory:discard", args=[lab.slug, staged.pk]))
        staged.refresh_from_db()
        assert (staged.state, bytes(staged.content)) == (ImportState.DISCARDED, b"")

    def test_it_is_nothing_for_who_may_only_look(self, lab: Lab, client: Client) -> None:
        assert client.post(reverse("inventory:totals", args=[lab.slug]), SAID).status_code == 404


@pytest.mark.parametrize(
    ("total", "count"), [(480, 120), (7, 7), (100, 7), (1_992_294, 120), (13, 3), (1_000_003, 999)]
)
def test_it_shares_out_exactly(total: int, count: int) -> None:
    made = sizes(total, count)
    assert (len(made), sum(made), made) == (count, total, sorted(made, reverse=True))
    assert min(made) * 2 >= max(made)
