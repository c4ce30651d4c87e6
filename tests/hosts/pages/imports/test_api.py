"""The import over REST: files go in, the dry run comes out, and only then is anything written."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hosts.models import VirtualMachine
from hosts.models.inventory_import import InventoryImport
from virtlab.jobs.models import Job
from virtlab.jobs.work.workshop import do_next_work
from virtlab.labs.choices import Role
from virtlab.labs.models import Lab, Membership, Trace

CSV = "name,vcpu,memory_mib,cluster,host\nweb-1,4,8192,A,esx-1\ndb-1,8,65536,A,esx-1\nbroken,x,1,A,esx-1\n"


def send(client: Client, lab: Lab, text: str = CSV, **more: str) -> Any:
    return client.post(f"/api/labs/{lab.slug}/imports", {"file": SimpleUploadedFile("vms.csv", text.encode()), **more})


def post(client: Client, lab: Lab, path: str, **sent: object) -> Any:
    return client.post(f"/api/labs/{lab.slug}/imports/{path}", sent, content_type="application/json")


def test_it_reports_before_it_writes(daras: Client, lab: Lab) -> None:
    answer = send(daras, lab)
    assert answer.status_code == 201
    number = answer.json()["id"]
    assert daras.get(f"/api/labs/{lab.slug}/imports/{number}").json()["state"] == "waiting"
    assert post(daras, lab, f"{number}/accept", mode="replace").status_code == 409
    do_next_work()
    report = daras.get(f"/api/labs/{lab.slug}/imports/{number}").json()
    assert report["state"] == "ready"
    assert report["summary"]["vms"] == 2
    assert report["rows_left_out"]
    assert {"tab", "column", "field"} == set(report["columns"][0])
    assert any("broken" in finding["message"] or finding["row"] == 4 for finding in report["findings"])
    assert report["modes"] == ["replace", "add"]
    assert report["afterwards"]["replace"] == {"vms": 2, "hosts": 1}
    assert not VirtualMachine.objects.exists()
    assert post(daras, lab, f"{number}/accept", mode="traces").status_code == 422
    accepted = post(daras, lab, f"{number}/accept", mode="replace")
    assert (accepted.status_code, accepted.json()["state"]) == (200, "accepted")
    assert set(VirtualMachine.objects.values_list("name", flat=True)) == {"web-1", "db-1"}
    assert Job.objects.latest("pk").source == "api"


def test_it_says_why_a_file_is_refused(daras: Client, lab: Lab) -> None:
    send(daras, lab, "")
    assert not InventoryImport.objects.exists()
    number = send(daras, lab, "PK\x03\x04 not a workbook").json()["id"]
    do_next_work()
    said = daras.get(f"/api/labs/{lab.slug}/imports/{number}").json()
    assert said["state"] == "refused"
    assert said["refusal"]


def test_it_has_the_limits_of_the_page(daras: Client, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "UPLOAD_LIMIT_BYTES", 20)
    answer = send(daras, lab)
    assert answer.status_code == 422
    assert "At most" in answer.json()["fields"]["file"][0]
    assert daras.post(f"/api/labs/{lab.slug}/imports").status_code == 422


def test_it_replaces_names_where_asked(daras: Client, lab: Lab) -> None:
    number = send(daras, lab, anonymous="true").json()["id"]
    do_next_work()
    post(daras, lab, f"{number}/accept", mode="add")
    assert all(name.startswith("vm-") for name in VirtualMachine.objects.values_list("name", flat=True))


def test_it_discards_and_lists(daras: Client, lab: Lab) -> None:
    number = send(daras, lab).json()["id"]
    do_next_work()
    assert post(daras, lab, f"{number}/discard").json()["state"] == "discarded"
    assert post(daras, lab, f"{number}/discard").status_code == 409
    assert [row["id"] for row in daras.get(f"/api/labs/{lab.slug}/imports").json()] == [number]


def test_it_is_for_those_who_may_change_the_lab(
    daras: Client, lab: Lab, chitose: User, ben: Client, client_of: Callable[[User], Client]
) -> None:
    number = send(daras, lab).json()["id"]
    Membership.objects.create(lab=lab, user=chitose, role=Role.VIEWER)
    viewer = client_of(chitose)
    for answer in (
        send(viewer, lab),
        viewer.get(f"/api/labs/{lab.slug}/imports"),
        viewer.get(f"/api/labs/{lab.slug}/imports/{number}"),
        post(viewer, lab, f"{number}/accept", mode="add"),
        post(viewer, lab, f"{number}/discard"),
    ):
        assert answer.status_code == 404
    assert send(ben, lab).status_code == 401
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = daras.cookies
    assert send(strict, lab).status_code == 403


def test_it_knows_no_import_of_another_lab(daras: Client, lab: Lab, dara: User) -> None:
    number = send(daras, lab).json()["id"]
    other = Lab.objects.create(name="Other", owner=dara)
    assert daras.get(f"/api/labs/{other.slug}/imports/{number}").status_code == 404


@pytest.mark.parametrize("mode", ["replace", "update"])
def test_it_gives_vms_the_traces_of_their_full_names_that_come_with_them(daras: Client, lab: Lab, mode: str) -> None:
    number = send(daras, lab).json()["id"]
    do_next_work()
    post(daras, lab, f"{number}/accept", mode="replace")
    trace = "vm,timestamp,cpu_percent\nweb-1.corp.example,1782864000,50\nweb-1.corp.example,1782864300,50\n"
    files = [SimpleUploadedFile("vms.csv", CSV.encode()), SimpleUploadedFile("t.csv", trace.encode())]
    number = daras.post(f"/api/labs/{lab.slug}/imports", {"file": files}).json()["id"]
    do_next_work()
    post(daras, lab, f"{number}/accept", mode=mode)
    assert set(Trace.objects.filter(kind="measured").values_list("workload__name", flat=True)) == {"web-1"}


VCENTER = "VM,Powerstate,CPUs,Memory,VM UUID,VI SDK Server\n"
UUIDS = [f"4211d6a1-0f6c-2a5e-9f0e-0242ac12000{number}" for number in range(4)]


def vcenter_csv(vcenter: str, *names: str) -> str:
    rows = [f"{name},poweredOn,2,4096,{uuid},{vcenter}\n" for name, uuid in zip(names, UUIDS, strict=False)]
    return VCENTER + "".join(rows)


@pytest.mark.parametrize(
    ("apart", "names"), [(False, {"a", "b", "x", "new"}), (True, {"a", "b", "old", "x", "a (2)", "b (2)", "new"})]
)
def test_it_says_what_an_update_knows_again(daras: Client, lab: Lab, apart: bool, names: set[str]) -> None:
    for vcenter, vms, mode in (("vc.a.example", "a b old x", "add"), ("10.0.0.5", "a b new", "update")):
        number = send(daras, lab, vcenter_csv(vcenter, *vms.split())).json()["id"]
        do_next_work()
        met = daras.get(f"/api/labs/{lab.slug}/imports/{number}").json()["encounter"]
        page = daras.get(InventoryImport.objects.get(pk=number).get_absolute_url()).content.decode()
        post(daras, lab, f"{number}/accept", mode=mode, vcenters_apart=apart)
    assert met == {
        "known_vms": 3,
        "known_apart": 0,
        "other_machines": 0,
        "not_in_file": 1,
        "vcenters": [{"read": "10.0.0.5", "there": "vc.a.example", "vms": 3, "of": 3}],
    }
    assert "“10.0.0.5” is taken as the lab&#x27;s “vc.a.example”: 3 of its 3 VMs have UUIDs" in page
    assert "1 VM of the lab is not in the file and stays." in page
    assert set(VirtualMachine.objects.values_list("name", flat=True)) == names
