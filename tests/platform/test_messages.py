"""The message extractor finds what Django would translate, in modules and templates."""

from pathlib import Path

import pytest

from virtlab.platform import messages

MODULE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext_lazy
TITLE = _("A lab")
def count(n: int) -> str:
    return ngettext("%(n)s host", "%(n)s hosts", n) + str(pgettext_lazy("verb", "Open"))
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
    found = {message.id for message in messages.source_messages() if message.id}
    assert found == {
        "A lab",
        ("%(n)s host", "%(n)s hosts"),
        "Open",
        "It's here",
        "Literal",
        ("%(n)s machine runs at 5 %%", "%(n)s machines"),
        "Handed over",
    }
