"""Replacing the estate offers to remove what the demo put on the cloud side."""

import json

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from instances.demo.rows import INSTANCES
from instances.demo.service import fill_with_demo
from instances.models import Instance, Volume
from virtlab.jobs.actor import Actor
from virtlab.jobs.choices import Source
from virtlab.jobs.operations.registry import operation_named
from virtlab.jobs.requests.prepare import Request
from virtlab.jobs.requests.start import start
from virtlab.jobs.work.workshop import do_next_work
from virtlab.labs.models import Lab, Trace, Workload

CSV = "name,vcpu,memory_mib,cluster,host\nweb-1,4,8192,A,esx-1\n"
ALL = len(INSTANCES)


@pytest.fixture
def lab(dara: User, catalog: None) -> Lab:
    """Dara's lab with the demo's cloud."""
    lab = Lab.objects.create(name="Demo", owner=dara)
    assert len(fill_with_demo(lab)) == ALL
    return lab


def read(client: Client, lab: Lab) -> int:
    """The number of an import that is ready."""
    sent = client.post(f"/api/labs/{lab.slug}/imports", {"file": SimpleUploadedFile("vms.csv", CSV.encode())})
    do_next_work()
    return int(sent.json()["id"])


def accept(client: Client, lab: Lab, number: int, **body: str) -> tuple[int, dict[str, object]]:
    address = f"/api/labs/{lab.slug}/imports/{number}/accept"
    answer = client.post(address, json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json()


def change_one(lab: Lab, name: str = "reports-1") -> None:
    """Somebody stops one of the demo's instances."""
    Instance.objects.filter(lab=lab, name=name).update(state="stopped")


def test_it_removes_the_demo_that_nobody_changed_and_says_so(daras: Client, lab: Lab) -> None:
    number = read(daras, lab)
    dry = daras.get(f"/api/labs/{lab.slug}/imports/{number}").json()["demo"]
    assert dry == {"machines": ALL, "untouched": ALL, "choices": ["remove", "keep"], "default": "remove"}
    status, answer = accept(daras, lab, number, mode="replace")
    assert (status, answer["demo_removed"]) == (200, ALL)
    assert not Instance.objects.filter(lab=lab).exists()
    assert not Volume.objects.filter(lab=lab).exists()
    assert set(Workload.objects.filter(lab=lab).values_list("name", flat=True)) == {"web-1"}
    assert Trace.objects.filter(workload__lab=lab).count() == 1


@pytest.mark.parametrize(
    "body", [{"mode": "replace", "demo": "keep"}, {"mode": "add"}, {"mode": "add", "demo": "remove"}]
)
def test_it_keeps_it_where_asked_and_where_nothing_is_replaced(daras: Client, lab: Lab, body: dict[str, str]) -> None:
    status, answer = accept(daras, lab, read(daras, lab), **body)
    assert (status, answer["demo_removed"]) == (200, 0)
    assert Instance.objects.filter(lab=lab).count() == ALL


def test_it_asks_where_some_of_it_was_changed(daras: Client, lab: Lab) -> None:
    change_one(lab)
    number = read(daras, lab)
    dry = daras.get(f"/api/labs/{lab.slug}/imports/{number}").json()["demo"]
    assert dry["untouched"] == ALL - 1
    assert (dry["choices"], dry["default"]) == (["remove", "untouched", "keep"], "")
    status, answer = accept(daras, lab, number, mode="replace")
    assert status == 422
    assert "Choose what happens to what the demo put on the cloud side." in str(answer)
    status, answer = accept(daras, lab, number, mode="replace", demo="untouched")
    assert (status, answer["demo_removed"]) == (200, ALL - 1)
    assert list(Instance.objects.filter(lab=lab).values_list("name", flat=True)) == ["reports-1"]


def test_it_counts_as_changed_what_a_job_was_about(daras: Client, lab: Lab, dara: User) -> None:
    one = Instance.objects.get(lab=lab, name="legacy-app")
    start(lab, Request(operation_named("instance.set_protection"), one, {"protected": "on"}, Actor(Source.API, dara)))
    number = read(daras, lab)
    assert daras.get(f"/api/labs/{lab.slug}/imports/{number}").json()["demo"]["untouched"] == ALL - 1


def test_it_leaves_what_somebody_launched(daras: Client, lab: Lab) -> None:
    Instance.objects.filter(lab=lab, name="staging-1").update(requested_lab_at=lab.lab_time())
    accept(daras, lab, read(daras, lab), mode="replace", demo="remove")
    assert list(Instance.objects.filter(lab=lab).values_list("name", flat=True)) == ["staging-1"]


def test_it_offers_it_on_the_page_with_counts(daras: Client, lab: Lab) -> None:
    number = read(daras, lab)
    text = daras.get(reverse("inventory:show", args=[lab.slug, number])).content.decode()
    assert f"{ALL} instances on the cloud side are from the demo and no part of this file." in text
    assert f"Remove all of it: {ALL} instances" in text
    sent = {"mode": "replace", "demo": "remove"}
    answer = daras.post(reverse("inventory:accept", args=[lab.slug, number]), sent, follow=True)
    assert f"{ALL} instances of the demo were removed from the cloud side." in answer.content.decode()


def test_it_asks_on_the_page_too(daras: Client, lab: Lab) -> None:
    change_one(lab)
    number = read(daras, lab)
    text = daras.get(reverse("inventory:show", args=[lab.slug, number])).content.decode()
    assert "1 of them was changed here." in text
    answer = daras.post(reverse("inventory:accept", args=[lab.slug, number]), {"mode": "replace"}, follow=True)
    assert "Choose what happens to what the demo put on the cloud side." in answer.content.decode()
    assert Instance.objects.filter(lab=lab).count() == ALL


def test_it_says_nothing_of_a_demo_where_none_is(daras: Client, lab: Lab) -> None:
    Instance.objects.filter(lab=lab).delete()
    number = read(daras, lab)
    assert "from the demo" not in daras.get(reverse("inventory:show", args=[lab.slug, number])).content.decode()
    assert daras.get(f"/api/labs/{lab.slug}/imports/{number}").json()["demo"]["choices"] == []
