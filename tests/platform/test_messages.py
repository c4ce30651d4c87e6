"""The message extractor finds what Django would translate, in modules and templates."""

import re
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from virtlab.platform import messages

NAMES = re.compile(r"VM Import|VM ID|Get-VM|コントローラー VM|マイクロ VM|仮想マシン\(VM\)")
OTHER_WORDS = {"仮想マシン": r"(?<![A-Za-z])VMs?(?![A-Za-z])", "メモリ": "メモリー"}
"""Words of the Japanese texts, and what else they could be called; names of products and the glossary's word aside."""

MODULE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext_lazy
TITLE = _("A lab")
def count(n: int) -> str:
    return ngettext("%(n)s host", "%(n)s hosts", n) + str(pgettext_lazy("verb", "Open"))
"""
ROWS = """
from django.utils.translation import gettext as _, ngettext
print(_("% of what is there"), ngettext("%(n)s row", "%(first)s to %(n)s rows", 3))
"""
CATALOG = """
#, fuzzy
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

#, python-format
msgid "% of what is there"
msgstr "全体に対する %"

#, python-format
msgid "%(n)s row"
msgid_plural "%(first)s to %(n)s rows"
msgstr[0] "%(first)s〜%(n)s 行"
"""
TEMPLATE = """
  <p>{% translate "It's here" %}{{ _("Literal")|upper }}</p>
    {% blocktranslate trimmed count n=hosts %}
      {{ n }} machine
      runs at 5 %
    {% plural %}
      {{ n }} machines
    {% endblocktranslate %}
  {% include "x.html" with text=_("Handed over") %}
"""


def test_it_finds_the_messages_of_modules_and_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "virtlab").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "virtlab" / "labs.py").write_text(MODULE, encoding="utf-8")
    (tmp_path / "templates" / "lab.html").write_text(TEMPLATE, encoding="utf-8")
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    ids = {message.id for message in messages.source_messages() if message.id}
    assert ids == {
        "A lab",
        ("%(n)s host", "%(n)s hosts"),
        "Open",
        "It's here",
        "Literal",
        ("%(n)s machine runs at 5 %%", "%(n)s machines"),
        "Handed over",
    }


def test_it_compiles_messages_that_another_reader_would_take_for_formats(tmp_path: Path) -> None:
    po = tmp_path / "django.po"
    po.write_text(CATALOG, encoding="utf-8")
    messages.compile_catalog(po)
    with po.with_suffix(".mo").open("rb") as file:
        translations = GNUTranslations(file)
    assert translations.gettext("% of what is there") == "全体に対する %"
    assert translations.ngettext("%(n)s row", "%(first)s to %(n)s rows", 1) == "%(first)s〜%(n)s 行"


@pytest.mark.parametrize(
    ("written", "instead", "lack"),
    [
        ("%(first)s〜", "%(start)s〜", "other placeholders"),
        ("全体に対する %", "全体に対する% of 10台", "a space beside Latin is missing"),
    ],
)
def test_it_reports_what_is_wrong_with_a_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, instead: str, lack: str
) -> None:
    po = tmp_path / "locale" / "ja" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True)
    po.write_text(CATALOG.replace(written, instead), encoding="utf-8")
    (tmp_path / "virtlab").mkdir()
    (tmp_path / "virtlab" / "rows.py").write_text(ROWS, encoding="utf-8")
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    assert [line.split(": ")[1] for line in messages.update(po, write=True)] == [lack]


@pytest.mark.parametrize(("word", "other"), OTHER_WORDS.items())
def test_it_calls_a_thing_by_one_word_in_japanese(word: str, other: str) -> None:
    with (messages.ROOT / "locale/ja/LC_MESSAGES/django.po").open("rb") as file:
        catalog = read_po(file)
    texts = [NAMES.sub("", text) for message in catalog if message.id for text in messages._texts(message.string)]
    assert any(word in text for text in texts)
    assert [text for text in texts if re.search(other, text)] == []
