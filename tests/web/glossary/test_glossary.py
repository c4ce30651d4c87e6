"""The glossary: complete, one source for page, help and file."""

import re

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils.translation import override

from virtlab.web.glossary.document import PATH, document
from virtlab.web.glossary.table import TERMS, THEMES

OWED = """
vm host server_model hypervisor guest allocated demand used cpu_ready steal administration affinity rack
datastore template clone snapshot live_migration maintenance_mode ha admission_control overcommit cluster
resource_pool thin_thick iops ballooning swap credits region availability_zone instance instance_type
family ami launch_template ebs_volume ebs_snapshot instance_store elastic_ip vpc subnet security_group
key_pair quota purchase_option on_demand savings_plan hibernation protection shared_responsibility fault
scene bare_metal nitro xen pue carbon_intensity right_sizing consolidation percentile lab lab_clock
workload trace job step operation site storage_pool raid_group volume network generation size
auto_scaling_group load_balancer function container_service migration wave cutover alternative assumption
"""
JAPANESE = re.compile(r"[぀-ヿ一-鿿]")


def render(source: str, **context: object) -> str:
    """A template with a request of its own."""
    return Template(source).render(Context({"request": RequestFactory().get("/"), **context}))


class TestTable:
    def test_it_has_every_word_once(self) -> None:
        assert TERMS.keys() >= set(OWED.split())
        assert len(TERMS) == sum(len(terms) for _title, terms in THEMES)

    def test_it_has_every_sentence_in_both_languages(self) -> None:
        for term in TERMS.values():
            with override("en"):
                english = str(term.text)
            with override("ja"):
                japanese = str(term.text)
            assert english.endswith("."), term.key
            assert not JAPANESE.search(english), term.key
            assert japanese.endswith("。"), term.key

    def test_it_names_all_four_products(self) -> None:
        for term in TERMS.values():
            assert [product for product, _name in term.names] == ["vSphere", "Hyper-V", "KVM", "AWS"]
            assert all(name.strip() for _product, name in term.names), term.key

    def test_it_is_the_source_of_the_file(self) -> None:
        assert PATH.read_text(encoding="utf-8") == document(), "run manage.py write_glossary"


class TestPage:
    @pytest.mark.parametrize("language", ["en", "ja"])
    def test_it_shows_every_word_with_its_anchor_and_the_other_language(
        self, client: Client, db: None, language: str
    ) -> None:
        page = client.get("/glossary/", headers={"accept-language": language}).content.decode()
        assert all(f'<tr id="{key}">' in page for key in TERMS)
        assert page.count("<tr id=") == len(TERMS)
        assert "CPU ready" in page
        assert "CPU レディ" in page
        assert "CPU Wait Time Per Dispatch" in page

    @pytest.mark.parametrize("search", ["vmotion", "LIVE migration", "ライブマイグレーション"])
    def test_it_finds_a_word_by_what_it_is_called_anywhere(self, client: Client, db: None, search: str) -> None:
        language = "ja" if JAPANESE.search(search) else "en"
        page = client.get("/glossary/", {"q": search}, headers={"accept-language": language}).content.decode()
        assert '<tr id="live_migration">' in page
        assert '<tr id="vm">' not in page

    def test_it_says_where_nothing_matches(self, client: Client, db: None) -> None:
        page = client.get("/glossary/?q=%00zzz").content.decode()
        assert "No word matches" in page

    def test_it_is_one_click_from_every_page(self, client: Client, db: None) -> None:
        assert 'href="/glossary/"' in client.get("/").content.decode()


class TestHelp:
    def test_it_writes_the_word_with_its_help(self) -> None:
        shown = render('{% term "cpu_ready" %}')
        assert shown.startswith("CPU ready<button")
        assert 'popovertarget="term-cpu_ready"' in shown
        assert 'id="term-cpu_ready"' in shown
        assert 'href="/glossary/#cpu_ready"' in shown
        assert "style=" not in shown

    def test_it_keeps_the_wording_of_the_page(self) -> None:
        assert render('{% term "cpu_ready" "Waits" %}').startswith("Waits<button")

    def test_it_helps_once_on_a_page(self) -> None:
        shown = render('{% for n in "123" %}{% term "vm" "VM" %};{% endfor %}')
        assert shown.count("<button") == 1
        assert shown.endswith("VM\n;VM\n;")

    def test_it_helps_on_the_next_page_again(self) -> None:
        assert [render('{% term "vm" %}').count("<button") for _page in range(2)] == [1, 1]

    def test_it_does_not_know_other_words(self) -> None:
        with pytest.raises(KeyError):
            render('{% term "nonsense" %}')

    def test_it_gathers_the_words_of_a_page(self) -> None:
        shown = render('{% terms "job" "step" %}')
        assert shown.count("<button") == 2
        assert "Words on this page:" in shown
