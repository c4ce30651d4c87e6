"""The import as its user meets it: upload, preview, accept, discard."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from hosts.catalog.load import load_server_models
from hosts.inventory import services
from hosts.models import ServerModel
from hosts.models.inventory_import import ImportState, InventoryImport
from tests.hosts.inventory.files import VHOST, VINFO, VINFO_ROW, csv_text, rvtools
from tests.hosts.pages.conftest import page, upload
from virtlab.jobs.choices import JobState
from virtlab.jobs.work.workshop import do_next_work
from virtlab.labs.models import Lab, Trace

pytestmark = pytest.mark.django_db


def send(client: Client, lab: Lab, name: str, content: bytes | str) -> InventoryImport:
    """Uploads a file and has it read."""
    return upload(client, lab, {name: content})


def accept(client: Client, staged: InventoryImport, mode: str = "replace") -> str:
    response = client.post(reverse("inventory:accept", args=[staged.lab.slug, staged.pk]), {"mode": mode})
    assert response.status_code == 302
    return response.headers["Location"]


VM_CSV = csv_text([VINFO, VINFO_ROW])


class TestUpload:
    def test_it_says_what_it_understands(self, aiko: Client, lab: Lab) -> None:
        text = aiko.get(reverse("inventory:upload", args=[lab.slug])).content.decode()
        assert "RVTools" in text
        assert "50 MiB" in text

    def test_it_reads_a_file_by_a_job_and_shows_what_it_understood(
        self, aiko: Client, lab: Lab, tmp_path: Path
    ) -> None:
        staged = send(aiko, lab, "export.xlsx", rvtools(tmp_path / "x.xlsx").read_bytes())
        assert staged.state == ImportState.READY
        assert staged.job is not None
        assert staged.job.state == JobState.SUCCEEDED
        text = page(aiko, staged)
        assert "export.xlsx" in text
        assert "1 VM gets the mean utilisation" in text
        assert "web-01" in page(aiko, staged, view="vms")
        assert "HP ProLiant DL380 G7" in page(aiko, staged, view="hosts")
        assert "Total disk capacity MiB" in page(aiko, staged, view="columns")

    def test_it_shows_progress_while_a_worker_has_the_file(self, aiko: Client, lab: Lab) -> None:
        file = SimpleUploadedFile("vInfo.csv", VM_CSV.encode())
        aiko.post(reverse("inventory:upload", args=[lab.slug]), {"file": file})
        staged = InventoryImport.objects.get()
        text = page(aiko, staged)
        assert 'hx-trigger="every 1s"' in text
        assert "<progress" in text
        fragment = aiko.get(staged.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
        assert fragment.strip().startswith('<div id="import"')

    def test_it_deletes_the_file_once_it_is_read(self, aiko: Client, lab: Lab) -> None:
        file = SimpleUploadedFile("vInfo.csv", VM_CSV.encode())
        aiko.post(reverse("inventory:upload", args=[lab.slug]), {"file": file})
        path = Path(InventoryImport.objects.get().upload.path)
        assert path.exists()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("django.db.transaction.on_commit", lambda action, **_: action())
            do_next_work()
        assert not path.exists()

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("x.xlsx", b"PK\x03\x04broken", "damaged"),
            ("x.csv", b"a,b\n1,2\n", "fit no known format"),
            ("x.pdf", b"%PDF\x00\x01", "no format that VirtLab understands"),
            ("vInfo.csv", csv_text([VINFO]), "no usable row"),
        ],
    )
    def test_it_says_why_it_refuses_a_file(
        self, aiko: Client, lab: Lab, name: str, content: bytes | str, words: str
    ) -> None:
        staged = send(aiko, lab, name, content)
        assert staged.state == ImportState.REFUSED
        assert words in page(aiko, staged)
        assert staged.job is not None
        assert str(staged.job.error).startswith(f"{name}: ")
        assert words in str(staged.job.error)

    def test_it_names_the_file_at_fault_where_there_are_several(self, aiko: Client, lab: Lab) -> None:
        staged = upload(aiko, lab, {"a.csv": "name,vcpu,memory_gib\nweb,2,8\n", "b.csv": " \n "})
        assert staged.job is not None
        assert str(staged.job.error) == "b.csv: The file is empty."

    def test_it_refuses_a_file_above_the_limit_and_says_both_sizes(
        self, aiko: Client, lab: Lab, settings: pytest.FixtureRequest
    ) -> None:
        settings.UPLOAD_LIMIT_BYTES = 1024 * 1024  # type: ignore[attr-defined]  # pytest-django's wrapper
        file = SimpleUploadedFile("x.csv", b"x" * 1_200_000)
        response = aiko.post(reverse("inventory:upload", args=[lab.slug]), {"file": file})
        assert response.status_code == 422
        assert "The file has 1.1 MiB. At most 1 MiB can be imported." in response.content.decode()
        assert not InventoryImport.objects.exists()

    def test_it_asks_for_a_file_where_none_was_chosen(self, aiko: Client, lab: Lab) -> None:
        response = aiko.post(reverse("inventory:upload", args=[lab.slug]))
        assert "Choose a file first." in response.content.decode()

    def test_it_keeps_its_template_readable_by_itself(self, aiko: Client, lab: Lab) -> None:
        response = aiko.get(reverse("inventory:template", args=[lab.slug]))
        staged = send(aiko, lab, "filled in.csv", response.content)
        assert (staged.format, staged.summary["vms"], staged.summary["hosts"]) == ("virtlab", 4, 2)
        assert staged.summary["findings"] == {"error": 0, "warning": 0, "default": 0}

    def test_it_forgets_files_whose_lab_is_deleted(self, aiko: Client, lab: Lab) -> None:
        file = SimpleUploadedFile("vInfo.csv", VM_CSV.encode())
        aiko.post(reverse("inventory:upload", args=[lab.slug]), {"file": file})
        path = Path(InventoryImport.objects.get().upload.path)
        lab.delete()
        assert not path.exists()


class TestPreview:
    def test_it_lists_findings_by_tab_and_row_and_filters_them(self, aiko: Client, lab: Lab) -> None:
        rows = [VINFO, VINFO_ROW, ["bad", "poweredOn", "False", -4, *VINFO_ROW[4:]]]
        staged = send(aiko, lab, "vInfo.csv", csv_text(rows))
        assert "-4 is negative. The row is left out." in page(aiko, staged, severity="error")
        assert "-4 is negative" not in page(aiko, staged, severity="warning")
        assert "-4 is negative" in page(aiko, staged, tab="vInfo.csv")

    @pytest.mark.parametrize(
        "query", [{"view": "x"}, {"page": "-1"}, {"sort": "zz"}, {"severity": "zz", "page": "9e9"}]
    )
    def test_it_survives_any_query(self, aiko: Client, lab: Lab, query: dict[str, str]) -> None:
        assert "Findings" in page(aiko, send(aiko, lab, "vInfo.csv", VM_CSV), **query)

    def test_it_exports_findings_so_that_no_cell_is_a_formula(self, aiko: Client, lab: Lab) -> None:
        rows = [VINFO, VINFO_ROW, ["x", "poweredOn", "False", "=1+1", *VINFO_ROW[4:]]]
        tab = "=vInfo.csv"
        staged = send(aiko, lab, tab, csv_text(rows))
        text = aiko.get(reverse("inventory:findings", args=[lab.slug, staged.pk]), follow=True).content.decode()
        assert "'=vInfo.csv" in text
        assert "\n=vInfo" not in text
        assert ",=vInfo" not in text

    def test_it_has_the_findings_in_its_file_that_are_shown(self, aiko: Client, lab: Lab) -> None:
        rows = [VINFO, VINFO_ROW, ["bad", "poweredOn", "False", -4, *VINFO_ROW[4:]]]
        staged = send(aiko, lab, "vInfo.csv", csv_text(rows))
        assert "-4 is negative" in page(aiko, staged, severity="error", format="csv")
        assert "-4 is negative" not in page(aiko, staged, severity="warning", format="csv")

    def test_it_escapes_what_a_file_says(self, aiko: Client, lab: Lab) -> None:
        staged = send(aiko, lab, "vInfo.csv", csv_text([VINFO, ["<script>alert(1)</script>", *VINFO_ROW[1:]]]))
        assert "<script>alert" not in page(aiko, staged, view="vms")


class TestAccept:
    def test_it_writes_the_estate_and_leads_to_the_comparison(self, aiko: Client, lab: Lab) -> None:
        staged = send(aiko, lab, "vInfo.csv", VM_CSV)
        response = aiko.get(accept(aiko, staged))
        assert response.headers["Location"] == reverse("compare:report", args=[lab.slug])
        assert [vm.name for vm in lab.virtual_machines.all()] == ["web-01"]
        assert Trace.objects.filter(workload__lab=lab).count() == 1
        staged.refresh_from_db()
        assert (staged.state, bytes(staged.content)) == (ImportState.ACCEPTED, b"")

    def test_it_does_a_double_click_once(self, aiko: Client, lab: Lab) -> None:
        staged = send(aiko, lab, "vInfo.csv", VM_CSV)
        assert accept(aiko, staged, "add") == accept(aiko, staged, "add")
        assert lab.virtual_machines.count() == 1

    def test_it_writes_a_large_estate_by_a_job(self, aiko: Client, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "AT_ONCE", 0)
        staged = send(aiko, lab, "vInfo.csv", VM_CSV)
        address = accept(aiko, staged)
        assert "being written" in aiko.get(address).content.decode()
        do_next_work()
        assert aiko.get(address).status_code == 302
        redirect = aiko.get(address, headers={"HX-Request": "true"})
        comparison = aiko.get(redirect.headers["HX-Redirect"]).content.decode()
        assert comparison.count("is imported.") == 1  # though the page asked twice
        assert redirect.headers["HX-Redirect"] == reverse("compare:report", args=[lab.slug])
        assert lab.virtual_machines.count() == 1

    def test_it_adds_or_replaces_as_asked(self, aiko: Client, lab: Lab) -> None:
        for mode, expected in (("add", 1), ("add", 2), ("replace", 1)):
            accept(aiko, send(aiko, lab, "vInfo.csv", VM_CSV), mode)
            assert lab.virtual_machines.count() == expected

    @pytest.mark.parametrize("mode", ["", "destroy", "traces"])
    def test_it_refuses_a_mode_that_it_did_not_offer(self, aiko: Client, lab: Lab, mode: str) -> None:
        staged = send(aiko, lab, "vInfo.csv", VM_CSV)
        assert accept(aiko, staged, mode) == staged.get_absolute_url()
        assert lab.virtual_machines.count() == 0

    def test_it_stays_acceptable_where_the_catalog_is_empty(self, aiko: Client, lab: Lab) -> None:
        staged = send(aiko, lab, "vInfo.csv", VM_CSV)
        ServerModel.objects.all().delete()
        assert accept(aiko, staged) == staged.get_absolute_url()
        assert "catalogue of server models is empty" in page(aiko, staged)
        load_server_models()
        accept(aiko, staged)
        assert lab.virtual_machines.count() == 1

    def test_it_gives_machines_their_traces(self, aiko: Client, lab: Lab) -> None:
        accept(aiko, send(aiko, lab, "vInfo.csv", VM_CSV))
        staged = send(aiko, lab, "t.csv", "vm,time,cpu_percent\nweb-01,2026-07-01 00:00,40\nx,2026-07-01 00:00,1\n")
        assert (staged.summary["traces"]["machines"], staged.summary["traces"]["matched"]) == (2, 1)
        accept(aiko, staged, "traces")
        assert Trace.objects.get().cpu_mean_vcpu == pytest.approx(0.8)

    def test_it_offers_nothing_for_traces_of_unknown_machines(self, aiko: Client, lab: Lab) -> None:
        staged = send(aiko, lab, "t.csv", "vm,time,cpu_percent\nx,2026-07-01 00:00,1\n")
        assert "nothing to accept" in page(aiko, staged)


class TestDiscard:
    def test_it_forgets_everything_and_takes_the_file_again(self, aiko: Client, lab: Lab) -> None:
        staged = send(aiko, lab, "vInfo.csv", VM_CSV)
        for _ in range(2):
            aiko.post(reverse("inventory:discard", args=[lab.slug, staged.pk]))
        staged.refresh_from_db()
        assert (staged.state, bytes(staged.content)) == (ImportState.DISCARDED, b"")
        assert "discarded" in page(aiko, staged)
        accept(aiko, send(aiko, lab, "vInfo.csv", VM_CSV))
        assert lab.virtual_machines.count() == 1

    def test_it_does_not_accept_what_was_discarded(self, aiko: Client, lab: Lab) -> None:
        staged = send(aiko, lab, "vInfo.csv", VM_CSV)
        aiko.post(reverse("inventory:discard", args=[lab.slug, staged.pk]))
        accept(aiko, staged)
        assert lab.virtual_machines.count() == 0

    def test_it_says_so_where_the_file_vanished_before_it_was_read(self, aiko: Client, lab: Lab) -> None:
        file = SimpleUploadedFile("vInfo.csv", VM_CSV.encode())
        aiko.post(reverse("inventory:upload", args=[lab.slug]), {"file": file})
        staged = InventoryImport.objects.get()
        Path(staged.upload.path).unlink()
        do_next_work()
        assert "no longer there. Upload it again." in page(aiko, staged)

    def test_it_frees_an_import_whose_job_was_cancelled(self, aiko: Client, lab: Lab) -> None:
        file = SimpleUploadedFile("vInfo.csv", VM_CSV.encode())
        aiko.post(reverse("inventory:upload", args=[lab.slug]), {"file": file})
        staged = InventoryImport.objects.select_related("job").get()
        assert staged.job is not None
        type(staged.job).objects.update(state=JobState.CANCELLED)
        assert "The reading was stopped." in page(aiko, staged)


class TestStrangers:
    @pytest.mark.parametrize("name", ["show", "findings", "accept", "discard"])
    def test_it_hides_another_visitors_import(self, aiko: Client, ben: Client, lab: Lab, name: str) -> None:
        staged = send(aiko, lab, "vInfo.csv", VM_CSV)
        method = ben.post if name in {"accept", "discard"} else ben.get
        assert method(reverse(f"inventory:{name}", args=[lab.slug, staged.pk])).status_code == 404

    def test_it_hides_an_import_behind_another_lab_of_ones_own(self, aiko: Client, lab: Lab) -> None:
        staged = send(aiko, lab, "vInfo.csv", VM_CSV)
        other = Lab.objects.create(name="Another", visitor_token=lab.visitor_token)
        assert aiko.get(reverse("inventory:show", args=[other.slug, staged.pk])).status_code == 404

    def test_it_takes_no_file_from_a_stranger(self, ben: Client, lab: Lab) -> None:
        file = SimpleUploadedFile("vInfo.csv", VM_CSV.encode())
        assert ben.post(reverse("inventory:upload", args=[lab.slug]), {"file": file}).status_code == 404


class TestQueries:
    def test_it_asks_the_database_the_same_for_few_and_many_machines(
        self, aiko: Client, lab: Lab, django_assert_max_num_queries: Callable[..., object]
    ) -> None:
        rows = [VINFO, *([f"vm-{n}", *VINFO_ROW[1:]] for n in range(300))]
        staged = send(aiko, lab, "vInfo.csv", csv_text(rows))
        with django_assert_max_num_queries(13):  # type: ignore[attr-defined]  # a context manager
            page(aiko, staged, view="hosts")


def test_it_calls_a_host_what_the_file_says_and_names_whose_power_stands_in(aiko: Client, lab: Lab) -> None:
    """A server without a published measurement is not taken for the one that lends it its watts."""
    vhost = [VHOST, ["esx-01", "DC1", "C1", "Intel(R) Xeon(R) CPU E5-2670", 2, 8, 16, 131_072, "HP", "BL460c Gen8"]]
    files = {"vInfo.csv": csv_text([VINFO, VINFO_ROW]), "vHost.csv": csv_text(vhost)}
    accept(aiko, upload(aiko, lab, files))
    host = lab.hosts.get()
    said = f"HP BL460c Gen8 (power as {host.model.name})"
    address = reverse("hosts:hosts", args=[lab.slug])
    for page_of in (address, reverse("hosts:host", args=[lab.slug, host.pk]), reverse("hosts:estate", args=[lab.slug])):
        assert said in aiko.get(page_of).content.decode(), page_of
    assert "esx-01" in aiko.get(address, {"q": "BL460c"}).content.decode()
    head, row = csv.reader(aiko.get(address, {"format": "csv"}).content.decode("utf-8-sig").splitlines())
    file = dict(zip(head, row, strict=True))
    assert file["Model"] == "HP BL460c Gen8 · Intel(R) Xeon(R) CPU E5-2670"
    assert file["Power curve of"] == host.model.name
