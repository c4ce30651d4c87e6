"""The page of an operation binds one form a request and computes nothing slow under the lab's lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hosts.models import Cluster, Host, VirtualMachine
from hosts.operations.guest.resize import ResizeVm
from tests.jobs.estate import Estate
from tests.support.sandbox import GIB
from virtlab.jobs.models import AuditEntry, Job
from virtlab.jobs.operations.form import OperationForm


@pytest.fixture
def forms(monkeypatch: pytest.MonkeyPatch) -> list[OperationForm]:
    """Every form that is made."""
    forms: list[OperationForm] = []
    construct = OperationForm.__init__

    def note(form: OperationForm, *args: Any, **kwargs: Any) -> None:
        forms.append(form)
        construct(form, *args, **kwargs)

    monkeypatch.setattr(OperationForm, "__init__", note)
    return forms


@contextmanager
def at_most(queries: int) -> Iterator[None]:
    """No more queries than that: before there was one form a request they were one to eight more. What a process asks
    once is not among them.
    """
    ContentType.objects.get_for_models(Cluster, Host, VirtualMachine)
    with CaptureQueriesContext(connection) as captured:
        yield
    assert len(captured) <= queries


class TestOneForm:
    def address(self, estate: Estate) -> str:
        return reverse("jobs:operate", args=[estate.lab.slug, "vm.resize"])

    def sent(self, estate: Estate, **more: str | int) -> dict[str, str | int]:
        return {"subject": estate.vms[0].pk, "vcpu": 4, "memory_mib": 16 * GIB, **more}

    def test_it_binds_none_twice_to_show_the_form(self, mine: Estate, aiko: Client, forms: list[OperationForm]) -> None:
        with at_most(8):
            page = aiko.get(self.address(mine), {"subject": mine.vms[0].pk})
        assert (len(forms), page.context["form"]) == (1, forms[0])

    def test_it_binds_none_twice_for_a_link_that_fills_it_in(
        self, mine: Estate, aiko: Client, forms: list[OperationForm]
    ) -> None:
        with at_most(22):
            page = aiko.get(self.address(mine), self.sent(mine))
        assert page.context["preview"] is not None
        assert (len(forms), page.context["form"]) == (1, forms[0])

    def test_it_shows_a_link_that_fills_in_a_part_without_errors(
        self, mine: Estate, aiko: Client, forms: list[OperationForm]
    ) -> None:
        query: dict[str, str | int] = {"subject": mine.vms[0].pk, "vcpu": "many"}
        page = aiko.get(self.address(mine), query)
        assert (len(forms), page.context["form"].errors) == (1, {})
        assert 'value="many"' in page.content.decode()
        assert 'value="8192"' in page.content.decode()

    def test_it_binds_none_twice_for_before_and_after(
        self, mine: Estate, aiko: Client, forms: list[OperationForm]
    ) -> None:
        with at_most(22):
            page = aiko.post(self.address(mine), self.sent(mine, do="preview"))
        assert page.context["preview"] is not None
        assert len(forms) == 1

    def test_it_binds_none_twice_for_a_start(self, mine: Estate, aiko: Client, forms: list[OperationForm]) -> None:
        with at_most(35):
            answer = aiko.post(self.address(mine), self.sent(mine, do="start"))
        assert (answer.status_code, len(forms)) == (302, 1)

    @pytest.mark.parametrize("wrong", [{"memory_mib": 60 * GIB}, {"vcpu": "many"}])
    def test_it_shows_the_form_that_was_turned_down(
        self, mine: Estate, aiko: Client, forms: list[OperationForm], wrong: dict[str, str | int]
    ) -> None:
        page = aiko.post(self.address(mine), self.sent(mine, do="start") | wrong)
        assert (page.status_code, len(forms), page.context["form"]) == (200, 1, forms[0])

    def test_it_binds_none_twice_where_the_form_is_stale(
        self, mine: Estate, aiko: Client, forms: list[OperationForm]
    ) -> None:
        seen = aiko.get(self.address(mine), {"subject": mine.vms[0].pk}).context["seen"]
        VirtualMachine.objects.filter(pk=mine.vms[0].pk).update(memory_mib=12 * GIB)
        forms.clear()
        page = aiko.post(self.address(mine), self.sent(mine, do="start", seen=seen))
        assert page.context["stale"]
        assert page.context["preview"] is not None
        assert len(forms) == 1


class TestLock:
    def test_it_computes_no_money_and_watts_for_a_start(
        self, mine: Estate, aiko: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def slow(_operation: ResizeVm) -> None:
            raise AssertionError("computed under the lock")

        monkeypatch.setattr(ResizeVm, "figures", slow)
        address = reverse("jobs:operate", args=[mine.lab.slug, "vm.resize"])
        sent = {"subject": mine.vms[0].pk, "vcpu": 4, "memory_mib": 16 * GIB, "do": "start"}
        assert aiko.post(address, sent).status_code == 302
        assert AuditEntry.objects.get(job=Job.objects.get()).changes()["vCPU"] == ("2", "4")
