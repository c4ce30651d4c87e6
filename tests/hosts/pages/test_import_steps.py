"""The import's further steps: columns named once, several files, rows to mend, the same file again, names replaced."""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from hosts.models import ColumnMatching, ImportFile, VirtualMachine
from hosts.models.inventory_import import ImportState, InventoryImport, Pseudonym
from tests.hosts.inventory.files import VINFO, VINFO_ROW, csv_text
from tests.hosts.inventory.formats.tables import DISK_INFO, UNKNOWN, VM_INFO
from tests.hosts.pages.conftest import page, upload
from virtlab.jobs.choices import JobState
from virtlab.jobs.work.workshop import do_next_work
from virtlab.labs.models import Lab, Trace, Workload

pytestmark = pytest.mark.django_db
SAID = {
    "name": "0",
    "vcpu": "1",
    "memory": "2",
    "disk": "3",
    "memory_unit": "gib",
    "disk_unit": "gib",
    "disk_used_unit": "gib",
    "usage_unit": "percent",
}


def send(client: Client, lab: Lab, *, anonymous: bool = False, **files: str) -> InventoryImport:
    """Uploads files, each called by its keyword and .csv, and has them read."""
    return upload(client, lab, {f"{name}.csv": text for name, text in files.items()}, anonymous=anonymous)


def answer(client: Client, staged: InventoryImport, said: dict[str, str] = SAID) -> HttpResponse:
    address = reverse("inventory:columns", args=[staged.lab.slug, staged.pk])
    response: HttpResponse = client.post(address, said)  # type: ignore[assignment]  # the test client's own class
    return response


def accept(client: Client, staged: InventoryImport, mode: str) -> None:
    client.post(reverse("inventory:accept", args=[staged.lab.slug, staged.pk]), {"mode": mode})


def vinfo(*names: str, vcpu: object = 2) -> str:
    return csv_text([VINFO, *([name, *VINFO_ROW[1:3], vcpu, *VINFO_ROW[4:]] for name in names)])


class TestColumns:
    def test_it_asks_for_the_columns_of_an_unknown_table_and_keeps_the_file(self, aiko: Client, lab: Lab) -> None:
        staged = send(aiko, lab, liste=UNKNOWN)
        assert staged.state == ImportState.COLUMNS
        assert staged.job is not None
        assert staged.job.state == JobState.SUCCEEDED
        assert Path(staged.upload.path).exists()
        text = page(aiko, staged)
        assert "Nb coeurs: 4, 2" in text
        assert "Name of the VM" in text

    def test_it_reads_the_file_with_what_was_said(self, aiko: Client, lab: Lab) -> None:
        staged = send(aiko, lab, liste=UNKNOWN)
        assert answer(aiko, staged).status_code == 302
        do_next_work()
        staged.refresh_from_db()
        assert (staged.state, staged.summary["vms"], staged.summary["memory_mib"]) == (ImportState.READY, 2, 24_576)
        assert (staged.question, staged.upload.name) == ({}, "")
        assert "Columns named by you" in page(aiko, staged)

    def test_it_reads_the_next_file_of_that_header_without_asking(self, aiko: Client, lab: Lab) -> None:
        answer(aiko, send(aiko, lab, liste=UNKNOWN))
        do_next_work()
        assert send(aiko, lab, suite=UNKNOWN.replace("alpha", "gamma")).state == ImportState.READY

    def test_it_does_not_know_the_header_in_another_lab(self, aiko: Client, lab: Lab) -> None:
        answer(aiko, send(aiko, lab, liste=UNKNOWN))
        do_next_work()
        other = Lab.objects.create(name="Another", visitor_token=lab.visitor_token)
        assert send(aiko, other, liste=UNKNOWN).state == ImportState.COLUMNS

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"vcpu": ""}, "without it no VM can be read"),
            ({"vcpu": "0"}, "already chosen for “Name of the VM”"),
            ({"memory": "99"}, "Select a valid choice"),
            ({"memory_unit": "acre"}, "Select a valid choice"),
            ({"memory_unit": ""}, "Choose the unit: the file does not say it."),
        ],
    )
    def test_it_says_at_the_field_what_is_wrong(
        self, aiko: Client, lab: Lab, change: dict[str, str], words: str
    ) -> None:
        staged = send(aiko, lab, liste=UNKNOWN)
        response = answer(aiko, staged, SAID | change)
        assert response.status_code == 422
        assert words in response.content.decode()
        assert not ColumnMatching.objects.exists()
        address = reverse("inventory:columns", args=[lab.slug, staged.pk])
        assert aiko.get(address).headers["Location"] == staged.get_absolute_url()

    def test_it_takes_a_second_answer_for_none(self, aiko: Client, lab: Lab) -> None:
        staged = send(aiko, lab, liste=UNKNOWN)
        answer(aiko, staged)
        assert answer(aiko, staged, SAID | {"memory_unit": "mib"}).status_code == 302
        assert ColumnMatching.objects.get().units["memory"] == "gib"

    def test_it_forgets_a_table_that_is_discarded_instead(self, aiko: Client, lab: Lab) -> None:
        staged = send(aiko, lab, liste=UNKNOWN)
        path = Path(staged.upload.path)
        aiko.post(reverse("inventory:discard", args=[lab.slug, staged.pk]))
        staged.refresh_from_db()
        assert (staged.state, staged.question, path.exists()) == (ImportState.DISCARDED, {}, False)

    def test_it_hides_the_question_from_strangers(self, aiko: Client, ben: Client, lab: Lab) -> None:
        staged = send(aiko, lab, liste=UNKNOWN)
        assert answer(ben, staged).status_code == 404
        assert ben.get(reverse("inventory:errors", args=[lab.slug, staged.pk])).status_code == 404


class TestSeveralFiles:
    def test_it_reads_files_of_one_upload_together_and_deletes_all(self, aiko: Client, lab: Lab) -> None:
        uploads = [SimpleUploadedFile("vmInfo.csv", VM_INFO.encode()), SimpleUploadedFile("d.csv", DISK_INFO.encode())]
        aiko.post(reverse("inventory:upload", args=[lab.slug]), {"file": uploads})
        paths = [Path(InventoryImport.objects.get().upload.path), Path(ImportFile.objects.get().upload.path)]
        assert all(path.exists() for path in paths)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("django.db.transaction.on_commit", lambda action, **_: action())
            do_next_work()
        staged = InventoryImport.objects.get()
        assert (staged.file_name, staged.summary["disk_gib"]) == ("vmInfo.csv, d.csv", 250.0)
        assert [path.exists() for path in paths] == [False, False]
        assert not ImportFile.objects.exists()

    def test_it_counts_the_limit_over_all_files(self, aiko: Client, lab: Lab, settings: pytest.FixtureRequest) -> None:
        settings.UPLOAD_LIMIT_BYTES = 1024 * 1024  # type: ignore[attr-defined]  # pytest-django's wrapper
        files = [SimpleUploadedFile(f"{name}.csv", b"x" * 600_000) for name in "ab"]
        response = aiko.post(reverse("inventory:upload", args=[lab.slug]), {"file": files})
        assert "The files have 1.1 MiB. At most 1 MiB can be imported." in response.content.decode()


class TestReport:
    def test_it_shows_the_files_totals_and_what_explains_a_difference(self, aiko: Client, lab: Lab) -> None:
        rows = [VINFO, VINFO_ROW, ["bad", "poweredOn", "False", -4, *VINFO_ROW[4:]]]
        text = page(aiko, send(aiko, lab, vInfo=csv_text(rows)))
        assert "left out: vCPU or memory negative" in text
        assert "They agree" in text
        assert "Disks by “Total disk capacity MiB”." in text

    def test_it_gives_the_rows_left_out_to_be_mended_and_read_again(self, aiko: Client, lab: Lab) -> None:
        rows = [VINFO, VINFO_ROW, ["bad", "poweredOn", "False", "four", *VINFO_ROW[4:]]]
        staged = send(aiko, lab, vInfo=csv_text(rows))
        text = aiko.get(reverse("inventory:errors", args=[lab.slug, staged.pk])).content.decode("utf-8-sig")
        assert "“four” is not a number. The row is left out." in text
        mended = send(aiko, lab, mended=text.replace("four", "4"))
        assert (mended.format, mended.summary["vms"]) == ("rvtools", 1)

    def test_it_makes_no_formula_of_a_cell(self, aiko: Client, lab: Lab) -> None:
        rows = [VINFO, VINFO_ROW, ["=1+1", "poweredOn", "False", "x", *VINFO_ROW[4:]]]
        staged = send(aiko, lab, vInfo=csv_text(rows))
        text = aiko.get(reverse("inventory:errors", args=[lab.slug, staged.pk]), {"tab": "vInfo.csv"}).content.decode()
        assert ",'=1+1," in text


class TestSameFile:
    def test_it_recognises_a_file_that_was_accepted_and_offers_to_update_first(self, aiko: Client, lab: Lab) -> None:
        accept(aiko, send(aiko, lab, vInfo=vinfo("a", "b")), "replace")
        again = send(aiko, lab, renamed=vinfo("a", "b"))
        text = page(aiko, again)
        assert "The same file was imported into this lab on" in text
        assert text.index('value="update"') < text.index('value="replace"')
        accept(aiko, again, "update")
        assert sorted(lab.virtual_machines.values_list("name", flat=True)) == ["a", "b"]

    def test_it_offers_to_replace_first_once_the_lab_holds_another_estate(self, aiko: Client, lab: Lab) -> None:
        accept(aiko, send(aiko, lab, vInfo=vinfo("a", "b")), "replace")
        accept(aiko, send(aiko, lab, other=vinfo("x", "y", "z")), "replace")
        text = page(aiko, send(aiko, lab, vInfo=vinfo("a", "b")))
        assert "Of its 2 VMs the lab has 0 now." in text
        assert text.index('value="replace"') < text.index('value="update"')
        assert text.index("checked") < text.index('value="update"')

    @pytest.mark.parametrize("mode", ["replace", "add", "update"])
    def test_it_says_before_what_the_lab_holds_afterwards(self, aiko: Client, lab: Lab, mode: str) -> None:
        accept(aiko, send(aiko, lab, vInfo=vinfo("a", "b")), "replace")
        other = csv_text([VINFO, *([name, *VINFO_ROW[1:-1], "h-other"] for name in ("b", "c", "d"))])
        staged = send(aiko, lab, own=other)
        sentence = r"(?:(\d+) of (\d+) are in the lab; )?afterwards: (\d+) VMs, (\d+) hosts?"
        ways: list[tuple[str, ...]] = re.findall(sentence, page(aiko, staged))
        said = dict(zip(("replace", "add", "update"), ways, strict=True))
        accept(aiko, staged, mode)
        assert said[mode][2:] == (str(lab.virtual_machines.count()), str(lab.hosts.count()))
        assert said["update"][:2] == ("1", "3")

    def test_it_says_before_what_another_machine_of_the_same_name_replaces(self, aiko: Client, lab: Lab) -> None:
        first, other = (csv_text([[*VINFO, "VM UUID"], [*VINFO_ROW, uuid]]) for uuid in ("u-1", "u-2"))
        accept(aiko, send(aiko, lab, vInfo=first), "replace")
        assert "another machine" not in page(aiko, send(aiko, lab, vInfo=first))
        assert "1 of them is another machine under the same name" in page(aiko, send(aiko, lab, vInfo=other))

    def test_it_does_not_take_another_file_for_the_same(self, aiko: Client, lab: Lab) -> None:
        accept(aiko, send(aiko, lab, vInfo=vinfo("a")), "replace")
        assert "The same file was imported" not in page(aiko, send(aiko, lab, vInfo=vinfo("a", "b")))

    def test_it_updates_sizes_adds_the_others_and_leaves_the_rest(self, aiko: Client, lab: Lab) -> None:
        accept(aiko, send(aiko, lab, vInfo=vinfo("a", "b")), "replace")
        ids = dict(lab.virtual_machines.values_list("name", "pk"))
        accept(aiko, send(aiko, lab, vInfo=vinfo("b", "c", vcpu=8)), "update")
        sizes = {vm.name: (vm.vcpu, vm.pk) for vm in VirtualMachine.objects.filter(lab=lab)}
        assert (sizes["a"], sizes["b"], sizes["c"][0]) == ((2, ids["a"]), (8, ids["b"]), 8)
        assert (lab.hosts.count(), lab.datastores.count(), Trace.objects.count()) == (1, 1, 3)

    def test_it_keeps_what_was_measured(self, aiko: Client, lab: Lab) -> None:
        accept(aiko, send(aiko, lab, vInfo=vinfo("a")), "replace")
        accept(aiko, send(aiko, lab, t="vm,time,cpu_percent\na,2026-07-01 00:00,40\n"), "traces")
        accept(aiko, send(aiko, lab, vInfo=vinfo("a")), "update")
        assert Trace.objects.get().kind == "measured"


class TestAnonymous:
    LIST = "name,vcpu,memory_gib,host,cluster,application,datastore\nsecret-1,2,4,h-secret,c-secret,a-secret,d-secret\n"

    def test_it_keeps_no_name_anywhere(self, aiko: Client, lab: Lab) -> None:
        bad = "secret-2,minus-secret,4,h-secret,c-secret,,\n"
        staged = send(aiko, lab, anonymous=True, own=self.LIST + bad)
        for view in ("findings", "vms", "hosts", "columns"):
            assert "secret" not in page(aiko, staged, view=view)
        accept(aiko, staged, "replace")
        assert list(lab.virtual_machines.values_list("name", flat=True)) == ["vm-0001"]
        workload = Workload.objects.get(lab=lab)
        assert (workload.name, workload.application) == ("vm-0001", "app-0001")
        assert [host.name for host in lab.hosts.all()] == ["host-0001"]
        assert "secret" not in "".join(Pseudonym.objects.values_list("digest", flat=True))

    def test_it_gives_a_name_the_same_number_in_every_file(self, aiko: Client, lab: Lab) -> None:
        accept(aiko, send(aiko, lab, anonymous=True, own=self.LIST), "replace")
        traces = "vm,time,cpu_percent\nother,2026-07-01 00:00,10\nSECRET-1,2026-07-01 00:00,40\n"
        staged = send(aiko, lab, anonymous=True, t=traces)
        assert staged.summary["traces"]["matched"] == 1

    def test_it_shows_no_sample_of_a_name_where_it_asks_for_columns(self, aiko: Client, lab: Lab) -> None:
        staged = send(aiko, lab, anonymous=True, liste=UNKNOWN)
        assert "alpha" not in page(aiko, staged)
        answer(aiko, staged)
        do_next_work()
        assert "vm-0001" in page(aiko, staged, view="vms")
