"""Every operation by its page and by the API: hand-made requests get sentences, never a fault, and leave nothing."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hosts.models import Backup, Cluster, Datastore, Host, Snapshot, VirtualMachine
from hosts.operations import OPERATIONS
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.guests import save_template
from tests.support.sandbox import GIB
from tests.support.visitors import give_to
from virtlab.jobs.models import Job
from virtlab.jobs.operations.operation import Operation

pytestmark = pytest.mark.django_db
JUNK: list[dict[str, Any]] = [
    {},
    {"vcpu": 10**9, "memory_mib": 0, "disk_gib": -1, "count": 10**9, "capacity_gib": "inf", "first": -1},
    {"vcpu": "1e3", "memory_mib": "\x00", "name": "\x00", "pattern": "{n!r}", "host": 2**70, "cluster": "x"},
    {"name": "x" * 1000, "hostname": "<script>", "address": "1.2.3", "model": [], "hypervisor": "hal", "how": {}},
    {"copy_s": "nan", "turn_at": "never", "outcome": "?", "policy": "?", "cpu_overcommit": "nan", "name": ["a"]},
]


@pytest.fixture
def mine(aiko: Client) -> Operated:
    """An estate that is Aiko's, with a snapshot, a backup and a template."""
    estate = make_operated()
    give_to(aiko, estate.lab)
    estate.run("snapshot.take", estate.vms[0], name="one")
    estate.run("backup.take", estate.vms[0])
    save_template(estate, estate.vms[1])
    return estate


def subject_of(estate: Operated, operation: type[Operation]) -> int | None:
    """An object for the operation."""
    values: dict[Any, Any] = {
        VirtualMachine: estate.vm("base") if "deploy" in operation.name else estate.vms[0],
        Host: estate.hosts[0],
        Cluster: estate.cluster,
        Datastore: estate.datastore,
        Snapshot: estate.snapshot("one"),
        Backup: Backup.objects.get(),
    }
    return values[operation.subject_model].pk if operation.subject_model else None


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
class TestEveryOperation:
    def test_it_has_a_page(self, mine: Operated, aiko: Client, operation: type[Operation]) -> None:
        address = reverse("jobs:operate", args=[mine.lab.slug, operation.name])
        page = aiko.get(address, {"subject": subject_of(mine, operation) or ""})
        assert page.status_code == 200
        assert str(operation.title) in page.content.decode()

    def test_it_answers_junk_by_form(self, mine: Operated, aiko: Client, operation: type[Operation]) -> None:
        before = Job.objects.count()
        address = reverse("jobs:operate", args=[mine.lab.slug, operation.name])
        for junk in JUNK:
            flat = {key: value if isinstance(value, (str, int)) else json.dumps(value) for key, value in junk.items()}
            sent = flat | {"subject": subject_of(mine, operation) or ""}
            assert aiko.post(address, sent).status_code == 200
        assert Job.objects.count() == before

    def test_it_answers_junk_by_the_api(self, mine: Operated, aiko: Client, operation: type[Operation]) -> None:
        for junk in JUNK:
            sent = {"operation": operation.name, "subject": subject_of(mine, operation), "params": junk}
            answer = aiko.post(f"/api/labs/{mine.lab.slug}/jobs", sent, content_type="application/json")
            assert answer.status_code in {201, 409, 422}, answer.content

    def test_it_is_not_for_strangers(self, mine: Operated, ben: Client, operation: type[Operation]) -> None:
        address = reverse("jobs:operate", args=[mine.lab.slug, operation.name])
        assert ben.get(address, {"subject": subject_of(mine, operation) or ""}).status_code == 404


def test_it_shows_markup_in_a_name_as_text(mine: Operated, aiko: Client) -> None:
    VirtualMachine.objects.filter(name="db-01").update(name="<b>x</b>")
    page = aiko.get(reverse("jobs:operate", args=[mine.lab.slug, "vm.stop"]), {"subject": mine.vms[0].pk})
    assert "&lt;b&gt;x&lt;/b&gt;" in page.content.decode()
    assert "<b>x</b>" not in page.content.decode()


def test_it_refuses_the_issues_bad_input_by_the_api(mine: Operated, aiko: Client) -> None:
    def ask(operation: str, subject: int | None, **params: Any) -> Any:
        sent = {"operation": operation, "subject": subject, "params": params}
        return aiko.post(f"/api/labs/{mine.lab.slug}/jobs", sent, content_type="application/json").json()

    vm, size = mine.vms[0].pk, {"vcpu": 2, "memory_mib": 8 * GIB}
    assert "vcpu" in ask("vm.resize", vm, **size | {"vcpu": 10**9})["fields"]
    assert "memory_mib" in ask("vm.resize", vm, **size | {"memory_mib": 0})["fields"]
    assert "disk_gib" in ask("vm.resize", vm, **size | {"disk_gib": 1})["fields"]
    assert "name" in ask("vm.rename", vm, name="db-02")["fields"]
    assert "stopped VM" in ask("template.save", vm, name="t", how="convert")["reasons"][0]
    assert "still has VMs" in ask("host.remove", mine.hosts[0].pk)["reasons"][0]
    Datastore.objects.update(capacity_gib=10)
    assert "ds-01 has 0.0 GiB left" in ask("snapshot.take", vm, name="x")["reasons"][0]
    gone = mine.snapshot("one").pk
    Snapshot.objects.all().delete()
    assert not ask("snapshot.revert", gone)["fields"]
