"""The list of all workloads with their readiness, the page of one, the column of the workloads, and links."""

import csv
from datetime import timedelta
from io import StringIO

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hosts.inventory.write import create_estate, touch
from hosts.models import VirtualMachine
from tests.compare.conftest import report_of, small_inventory
from tests.compare.readiness.conftest import rows_of
from virtlab.compare.models import ShareLink
from virtlab.compare.pages.paper import compared_rows, tallies
from virtlab.compare.readiness.answer import answer as readiness_answer
from virtlab.compare.readiness.answer import others, readiness_sentence
from virtlab.compare.readiness.assess import Assessment, assess
from virtlab.compare.readiness.rules import RULES
from virtlab.compare.readiness.words import State, Target
from virtlab.compare.report.about import counts as about_counts
from virtlab.compare.report.answer import answer
from virtlab.compare.report.workloads.rows import workload_rows
from virtlab.labs.models import Lab

pytestmark = pytest.mark.django_db


@pytest.fixture
def stated(lab: Lab) -> Lab:
    """The small estate; its database has a raw disk, its name server a snapshot."""
    for name, facts in (("db-0", {"raw_disks": 1}), ("ad-0", {"raw_disks": 0, "snapshots": 2})):
        VirtualMachine.objects.filter(lab=lab, name=name).update(facts=facts)
    touch(lab)
    return lab


def page(client: Client, lab: Lab, query: str = "") -> str:
    return client.get(f"{reverse('compare:readiness', args=[lab.slug])}{query}").content.decode()


def names(client: Client, lab: Lab, query: str) -> set[str]:
    """The workloads that the file of the list has."""
    text = page(client, lab, f"{query}&format=csv").lstrip("\ufeff")
    return {row["Workload"] for row in csv.DictReader(StringIO(text))}


def test_it_lists_every_workload_with_what_was_found(visitor: Client, stated: Lab) -> None:
    html = page(visitor, stated)
    assert "5 compared workloads" in html
    assert len(names(visitor, stated, "?")) == 6, "the list has the one that is off too"
    assert names(visitor, stated, "?comparison=off") == {"old-0"}
    assert "Raw disks (RDM): 1" in html
    assert "Snapshots: 2" in html


def test_it_filters_by_state_rule_system_and_what_is_not_known(visitor: Client, stated: Lab) -> None:
    assert names(visitor, stated, "?rule=raw-disks") == {"db-0"}
    assert "ad-0" not in names(visitor, stated, "?unknown=raw-disks")
    assert names(visitor, stated, f"?rule=snapshots&ec2={State.CONDITIONS.value}") == {"ad-0"}
    assert names(visitor, stated, f"?rule=snapshots&ec2={State.NOT.value}") == set()
    assert names(visitor, stated, "?system=windows") == {"ad-0", "old-0"}
    assert names(visitor, stated, "?q=raw+device") == {"db-0"}


def test_it_counts_what_its_links_list(visitor: Client, stated: Lab) -> None:
    response = visitor.get(reverse("compare:readiness", args=[stated.slug]))
    assert response.context["by_target"]
    assert response.context["by_rule"]
    for _name, all_known, counts in response.context["by_target"]:
        assert sum(count.machines for _word, count in counts) == 5
        assert all_known <= counts[0][1].machines
        for _word, count in counts:
            assert len(names(visitor, stated, f"?{count.address.partition('?')[2]}")) == count.machines
    for line in response.context["by_rule"]:
        assert len(names(visitor, stated, f"?{line.found.address.partition('?')[2]}")) == line.found.machines


def test_it_says_in_the_file_what_to_do(visitor: Client, stated: Lab) -> None:
    text = page(visitor, stated, "?rule=raw-disks&format=csv")
    assert "Raw device mapping (Raw disks (RDM): 1) → Copy it from inside the system" in text
    assert "raw-disks" in text


def test_it_has_a_page_for_each_workload_and_none_for_a_strangers(visitor: Client, ben: Client, stated: Lab) -> None:
    vm = VirtualMachine.objects.get(lab=stated, name="db-0")
    address = reverse("compare:readiness-one", args=[stated.slug, vm.pk])
    html = visitor.get(address).content.decode()
    assert "Readiness of db-0" in html
    assert "Raw disks (RDM): 1" in html
    part = visitor.get(address, headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div id="readiness-findings"')
    assert ben.get(address).status_code == 404
    assert visitor.get(reverse("compare:readiness-one", args=[stated.slug, vm.pk + 1_000])).status_code == 404
    assert address in visitor.get(reverse("hosts:vm", args=[stated.slug, vm.pk])).content.decode()


def test_it_knows_no_workload_in_what_is_set_apart(visitor: Client, stated: Lab) -> None:
    vm = VirtualMachine.objects.get(lab=stated, name="web-0")
    VirtualMachine.objects.filter(pk=vm.pk).update(set_apart="hand")
    touch(stated)
    assert "web-0" not in rows_of(stated)
    assert visitor.get(reverse("compare:readiness-one", args=[stated.slug, vm.pk])).status_code == 404


def test_it_stands_beside_each_workload_and_on_the_report(visitor: Client, stated: Lab) -> None:
    ready = {row.name: row.readiness_text for row in workload_rows(report_of(stated))}
    assert ready["db-0"] == "with conditions"
    assert ready["web-0"] == "not assessed"
    report = visitor.get(reverse("compare:report", args=[stated.slug])).content.decode()
    assert reverse("compare:readiness", args=[stated.slug]) in report


def test_it_is_behind_a_share_link_without_the_labs_address(visitor: Client, ben: Client, stated: Lab) -> None:
    visitor.post(reverse("compare:share", args=[stated.slug]), {"state": ""})
    link = ShareLink.objects.get(lab=stated)
    html = ben.get(reverse("compare:shared-readiness", args=[link.token])).content.decode()
    assert "Raw disks (RDM): 1" in html
    assert stated.slug not in html


def test_it_counts_what_happened_in_the_lab(stated: Lab) -> None:
    VirtualMachine.objects.filter(lab=stated, name="web-0").update(anti_affinity="front")
    touch(stated)
    assert "affinity" in rows_of(stated)["web-0"].found_codes


def test_it_asks_the_database_as_often_for_many_as_for_few(visitor: Client, stated: Lab) -> None:
    def queries() -> int:
        touch(stated)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page(visitor, stated)
        return len(captured)

    page(visitor, stated)
    few = queries()
    create_estate(stated, small_inventory(copies=40))
    assert queries() == few


def test_it_speaks_japanese(visitor: Client, stated: Lab) -> None:
    html = visitor.get(reverse("compare:readiness", args=[stated.slug]), headers={"Accept-Language": "ja"})
    assert "ワークロードごとの移行可否" in html.content.decode()


def test_it_opens_with_the_answer_and_what_to_do_first(visitor: Client, stated: Lab) -> None:
    response = visitor.get(reverse("compare:readiness", args=[stated.slug]))
    counts = [count.machines for _word, count in response.context["by_target"][0][2]]
    answer = response.context["answer"]
    assert answer.startswith(
        f"{counts[State.READY]} of 5 compared workloads are ready for EC2, {counts[State.CONDITIONS]} with conditions, "
        f"{counts[State.NOT]} not."
    )
    html = response.content.decode()
    assert answer in html
    assert html.index(answer) < html.index("Workloads by target")
    assert response.context["first_step"].startswith("First: “")


def test_it_says_why_some_are_not_assessed_and_what_would_do_it(visitor: Client, stated: Lab) -> None:
    sentences = visitor.get(reverse("compare:readiness", args=[stated.slug])).context["not_assessed"]
    (hosts,) = [sentence for sentence in sentences if sentence.startswith("New hosts: ")]
    named = hosts.replace("Shared disks · Raw disks", "Raw disks · Shared disks")
    assert "Not known: Raw disks · Shared disks" in named
    assert "the tab vDisk of RVTools" in hosts


def test_it_knows_what_settles_each_rule_that_readiness_rests_on() -> None:
    assert all(rule.settles for rule in RULES if rule.core or rule.needed)


def test_it_names_what_is_not_known_without_stating_it(visitor: Client, stated: Lab) -> None:
    page = visitor.get(reverse("compare:readiness", args=[stated.slug])).content.decode()
    assert "<li>End of support</li>" in page
    assert "<li>Support of the system has ended" not in page


def test_it_lists_the_gravest_first(visitor: Client, stated: Lab) -> None:
    response = visitor.get(reverse("compare:readiness", args=[stated.slug]))
    states = [row.ec2 for row in response.context["rows"].rows]
    assert states == sorted(states, reverse=True)
    for row in response.context["rows"].rows:
        gravest = [max(finding.rule.effects.values()) for finding in row.findings]
        assert gravest == sorted(gravest, reverse=True)


def test_it_says_in_the_comparison_how_many_are_ready(visitor: Client, stated: Lab) -> None:
    counts = visitor.get(reverse("compare:readiness", args=[stated.slug])).context["by_target"][0][2]
    answer = visitor.get(reverse("compare:report", args=[stated.slug])).context["answer"]
    assert f"Ready for EC2 without conditions: {counts[State.READY][1].machines} of 5 compared." in answer.evidence


def test_it_is_assessed_anew_only_where_something_else_may_come_of_it(
    stated: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def assessed(**asked: object) -> Assessment:
        report = report_of(stated, **asked)
        return assess(report.lab, report.book, report.question.purchase)

    first = assessed()
    assert assessed(usd_jpy=120) is first
    assert not np.array_equal(assessed(generations=1).machines.types, first.machines.types)
    next_day = first.machines.today + timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda: next_day)
    assert assessed().machines.today == next_day
    VirtualMachine.objects.filter(lab=stated, name="ad-0").update(facts={})
    touch(stated)
    assert not np.array_equal(assessed().answers, first.answers)


def test_it_counts_of_what_the_comparison_says_it_is_of(real_lab: Lab) -> None:
    report = report_of(real_lab)
    counts, compared = report.counts, f"{report.counts['compared']:,}"
    parts = (counts["compared"], counts["not_carried"], counts["off_counted"], counts["machines"] - counts["installed"])
    assert sum(parts) == counts["machines"]
    assert min(parts[:3]) > 0, "the estate has VMs of each kind"
    assert f"{compared} compared" in answer(report).scope
    assert f" of {compared} compared." in readiness_sentence(report.readiness)
    assert f" of {compared} compared workloads" in readiness_answer(report.readiness)
    assert all(sum(report.readiness.counts(target)) == counts["compared"] for target in Target)
    said = others(report.readiness)
    assert f"{counts['not_carried']} left out" in said
    assert f"{counts['off_counted']} off" in said
    shown = dict(about_counts(report))
    divided = ("· compared: both sides carry them", "· left out of both totals, running or off", "· off")
    assert [shown[label] for label in divided] == list(parts[:3])
    for _title, tally in tallies(report, compared_rows(report)):
        assert sum(count for label, count in tally if label != "of these with every fact known") == counts["compared"]


def test_it_counts_nothing_where_nothing_is_compared(visitor: Client, stated: Lab) -> None:
    VirtualMachine.objects.filter(lab=stated).update(power_state="stopped")
    touch(stated)
    response = visitor.get(reverse("compare:readiness", args=[stated.slug]))
    assert response.context["answer"] == ""
    assert "Not counted here: 6 off" in response.content.decode()
