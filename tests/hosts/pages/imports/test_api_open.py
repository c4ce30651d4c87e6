"""What an import leaves open over REST: columns, traces, totals; and what nobody may send."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hosts.inventory import services
from hosts.models import VirtualMachine
from hosts.models.inventory_import import InventoryImport
from tests.hosts.inventory.formats.tables import UNKNOWN
from tests.hosts.pages.imports.test_api import CSV, post, send
from virtlab.jobs.work.workshop import do_next_work
from virtlab.labs.models import Lab

TRACE = "vm,time,cpu percent\nweb,03/04/2026 00:00,10\nweb,03/04/2026 00:05,20\n"


def read(client: Client, lab: Lab, content: str | bytes, name: str = "vms.csv") -> Any:
    """The import of a file once a worker has had it."""
    raw = content.encode() if isinstance(content, str) else content
    number = client.post(f"/api/labs/{lab.slug}/imports", {"file": SimpleUploadedFile(name, raw)}).json()["id"]
    do_next_work()
    return client.get(f"/api/labs/{lab.slug}/imports/{number}").json()


class TestQuestions:
    def test_it_asks_for_columns_and_takes_them_by_name_or_number(self, daras: Client, lab: Lab) -> None:
        said = read(daras, lab, UNKNOWN)
        assert said["state"] == "columns"
        question = said["question"]
        needed = [field["name"] for field in question["fields"] if field["needed"]]
        assert needed == ["name", "vcpu", "memory", "usage_unit"]
        answers = {"name": question["header"][0], "vcpu": 1, "memory": question["header"][2], "memory_unit": "gib"}
        assert post(daras, lab, f"{said['id']}/answers", answers=answers).json()["state"] == "waiting"
        do_next_work()
        assert daras.get(f"/api/labs/{lab.slug}/imports/{said['id']}").json()["summary"]["vms"] == 2
        assert post(daras, lab, f"{said['id']}/answers", answers=answers).status_code == 409

    def test_it_asks_how_a_trace_is_meant(self, daras: Client, lab: Lab) -> None:
        said = read(daras, lab, TRACE)
        (field,) = said["question"]["fields"]
        assert set(field["options"]) == {"mdy", "dmy"}
        assert post(daras, lab, f"{said['id']}/answers", answers={"dates": "dmy"}).status_code == 200
        do_next_work()
        assert daras.get(f"/api/labs/{lab.slug}/imports/{said['id']}").json()["state"] == "ready"

    def test_it_says_what_may_be_answered_on_the_memory_of_a_trace(self, daras: Client, lab: Lab) -> None:
        said = read(
            daras, lab, "vm,time,cpu percent,memory\nweb,2026-03-02 00:00,10,4000\nweb,2026-03-02 00:05,10,4000\n"
        )
        (field,) = said["question"]["fields"]
        assert (field["name"], "gib" in field["options"]) == ("memory", True)
        assert post(daras, lab, f"{said['id']}/answers", answers={"memory": "mib"}).status_code == 200

    @pytest.mark.parametrize(
        ("answers", "field"),
        [
            ({}, "name"),
            ({"name": 0, "vcpu": 1, "memory": 2}, "memory_unit"),
            ({"name": 0, "vcpu": 0, "memory": 2, "memory_unit": "gib"}, "vcpu"),
            ({"name": 99, "vcpu": 1, "memory": 2, "memory_unit": "gib"}, "name"),
            ({"name": -1, "vcpu": 1, "memory": 2, "memory_unit": "gib"}, "name"),
            ({"name": 0, "vcpu": 1, "memory": 2, "memory_unit": "pounds"}, "memory_unit"),
            ({"name": 0, "vcpu": 1, "memory": 2, "memory_unit": "gib", "colour": 3}, "colour"),
        ],
    )
    def test_it_says_at_the_field_what_is_wrong(
        self, daras: Client, lab: Lab, answers: dict[str, object], field: str
    ) -> None:
        said = read(daras, lab, UNKNOWN)
        answer = post(daras, lab, f"{said['id']}/answers", answers=answers)
        assert answer.status_code == 422
        assert field in answer.json()["fields"]
        assert daras.get(f"/api/labs/{lab.slug}/imports/{said['id']}").json()["state"] == "columns"


class TestTotals:
    def test_it_makes_an_estate_of_totals(self, daras: Client, lab: Lab) -> None:
        line = "12 VMs, 48 vCPU, 192 GiB, 4 TiB disk, 3 hosts"
        said = post(daras, lab, "totals", line=line).json()
        assert said["state"] == "ready"
        assert post(daras, lab, f"{said['id']}/accept", mode="replace").status_code == 200
        assert VirtualMachine.objects.count() == 12

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "vms"),
            ({"line": "12 VMs"}, "vcpu"),
            ({"vms": -1, "vcpu": 1, "memory": 1, "disk": 1, "hosts": 1}, "vms"),
            ({"vms": 10**30, "vcpu": 1, "memory": 1, "disk": 1, "hosts": 1}, "vms"),
            ({"vms": 1, "vcpu": 10**18, "memory": 1, "disk": 1, "hosts": 1}, "vcpu"),
            ({"vms": 1, "vcpu": 1, "memory": 1e300, "disk": 1, "hosts": 1}, "memory"),
            ({"vms": 1, "vcpu": 1, "memory": 1, "disk": 1e300, "hosts": 1}, "disk"),
            ({"vms": 1, "vcpu": 1, "memory": 1, "memory_unit": "pounds", "disk": 1, "hosts": 1}, "memory_unit"),
            ({"vms": "many"}, "vms"),
            ({"vms": 1, "vcpu": 1, "memory": 1, "disk": 1, "hosts": 1, "windows": 2}, "windows"),
        ],
    )
    def test_it_says_at_the_field_what_is_wrong(
        self, daras: Client, lab: Lab, body: dict[str, object], field: str
    ) -> None:
        answer = post(daras, lab, "totals", **body)
        assert answer.status_code == 422
        assert field in answer.json()["fields"]
        assert not InventoryImport.objects.exists()


class TestHostile:
    @pytest.mark.parametrize(
        "name", ["../../etc/passwd", "a" * 300 + ".csv", "v\u202em\x07s.csv", "\ud7ff.csv", "名前.csv"]
    )
    def test_it_takes_any_file_name(self, daras: Client, lab: Lab, name: str) -> None:
        said = read(daras, lab, CSV, name)
        assert said["state"] == "ready"
        assert "/" not in said["files"]
        assert said["files"].isprintable()

    def test_it_says_what_is_wrong_with_a_file(self, daras: Client, lab: Lab) -> None:
        bomb, traversal = io.BytesIO(), io.BytesIO()
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("vInfo.csv", b"0" * (32 * 1024 * 1024))
        with zipfile.ZipFile(traversal, "w") as archive:
            archive.writestr("../../../tmp/vms.csv", CSV)
        assert read(daras, lab, bomb.getvalue())["state"] == "refused"
        assert read(daras, lab, traversal.getvalue())["state"] == "ready"
        for content in (b"\x00" * 100, b"PK\x03\x04", b"PAR1" + b"\0" * 50, bomb.getvalue()[:500], "vm,t,cpu\n"):
            said = read(daras, lab, content, "renamed.xlsx")
            assert said["state"] == "refused"
            assert said["refusal"]
        assert not VirtualMachine.objects.exists()

    def test_it_refuses_bodies_of_another_kind(self, daras: Client, lab: Lab) -> None:
        address = f"/api/labs/{lab.slug}/imports"
        assert daras.post(address, b"{}", content_type="application/json").status_code == 422
        assert daras.post(address, b"x", content_type="multipart/form-data").status_code in {400, 422}
        assert daras.post(address, {"file": "text"}).status_code == 422
        number = send(daras, lab).json()["id"]
        do_next_work()
        accept = f"{address}/{number}/accept"
        for body in (
            b"",
            b"null",
            b"[]",
            b'{"mode": 1}',
            b'{"mode": null}',
            b"{}",
            b"\xff\xfe",
            b'{"mode": "\\ud800"}',
        ):
            answer = daras.post(accept, body, content_type="application/json")
            assert answer.status_code in {400, 422}
            assert answer.json()["reasons"]
        twice = daras.post(accept, b'{"mode": "add", "mode": "replace"}', content_type="application/json")
        assert twice.status_code == 400
        assert "more than once" in twice.json()["detail"]
        huge = daras.post(accept, json.dumps({"mode": "x" * 6_000_000}), content_type="application/json")
        assert huge.status_code in {400, 413}
        assert not VirtualMachine.objects.exists()

    @pytest.mark.parametrize("number", ["0", "-1", "9" * 30, "1.5", "x", "%00"])
    def test_it_knows_no_such_import(self, daras: Client, lab: Lab, number: str) -> None:
        assert daras.get(f"/api/labs/{lab.slug}/imports/{number}").status_code in {404, 422}

    def test_it_is_accepted_once(self, daras: Client, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
        number = send(daras, lab).json()["id"]
        do_next_work()
        first = services.accept

        def after_another(staged: InventoryImport, mode: str, actor: Any, **said: Any) -> bool:
            first(InventoryImport.objects.get(pk=staged.pk), "replace", actor)
            return first(staged, mode, actor, **said)

        monkeypatch.setattr(services, "accept", after_another)
        assert post(daras, lab, f"{number}/accept", mode="add").status_code == 409
        assert VirtualMachine.objects.count() == 2

    def test_it_survives_a_lab_deleted_between_the_steps(self, daras: Client, lab: Lab) -> None:
        number = send(daras, lab).json()["id"]
        slug = lab.slug
        lab.delete()
        do_next_work()
        assert daras.get(f"/api/labs/{slug}/imports/{number}").status_code == 404
        assert post(daras, Lab(slug=slug), f"{number}/accept", mode="add").status_code == 404


class TestRowsLeftOut:
    def test_it_gives_them_to_be_mended(self, daras: Client, lab: Lab) -> None:
        number = send(daras, lab).json()["id"]
        address = f"/api/labs/{lab.slug}/imports/{number}/errors.csv"
        assert daras.get(address).status_code == 409
        do_next_work()
        assert "broken" in daras.get(address).content.decode()


class TestLabs:
    def test_it_opens_and_lists_labs(self, daras: Client, lab: Lab) -> None:
        made = daras.post("/api/labs", {"name": "Pipeline"}, content_type="application/json")
        assert (made.status_code, made.json()["name"]) == (201, "Pipeline")
        assert {row["slug"] for row in daras.get("/api/labs").json()} == {lab.slug, made.json()["slug"]}

    @pytest.mark.parametrize("name", ["x" * 121, "a\0b", "   "])
    def test_it_says_what_is_wrong_with_a_name(self, daras: Client, lab: Lab, name: str) -> None:
        answer = daras.post("/api/labs", {"name": name}, content_type="application/json")
        assert answer.status_code == 422
        assert answer.json()["fields"]["name"]

    def test_it_shows_strangers_nothing(self, ben: Client, lab: Lab) -> None:
        assert ben.get("/api/labs").status_code == 401


def test_it_leaves_a_table_out_that_is_no_list_of_vms(daras: Client, lab: Lab) -> None:
    files = {"t.csv": "timestamp,cpu_percent,memory_percent\n1782864000,5,5\n", "x.csv": "a?,b?,c?\n1,2,3\n"}
    sent = [SimpleUploadedFile(name, text.encode()) for name, text in files.items()]
    number = daras.post(f"/api/labs/{lab.slug}/imports", {"file": sent}).json()["id"]
    do_next_work()
    question = daras.get(f"/api/labs/{lab.slug}/imports/{number}").json()["question"]
    assert (question["tab"], question["optional"]) == ("x.csv", True)
    page = daras.get(InventoryImport.objects.get(pk=number).get_absolute_url()).content.decode()
    assert "Is “x.csv” no list of VMs" in page
    assert post(daras, lab, f"{number}/answers", leave_out=True).json()["state"] == "waiting"
    do_next_work()
    report = daras.get(f"/api/labs/{lab.slug}/imports/{number}").json()
    assert (report["state"], report["summary"]["traces"]["machines"]) == ("ready", 1)
    assert "tab-left-out" in {finding["code"] for finding in report["findings"]}


def test_it_does_not_leave_out_all_that_was_sent(daras: Client, lab: Lab) -> None:
    number = send(daras, lab, "a?,b?,c?\n1,2,3\n").json()["id"]
    do_next_work()
    assert post(daras, lab, f"{number}/answers", leave_out=True).status_code == 409
    assert InventoryImport.objects.get(pk=number).state == "columns"
