"""Help beside words, in every template (settings.TEMPLATES builtins): `{% term "cpu_ready" %}`."""

from typing import Any

from django import template
from django.template.context import Context

from virtlab.web.glossary.table import TERMS

register = template.Library()


@register.inclusion_tag("glossary/words.html#word", takes_context=True)
def term(context: Context, key: str, word: str = "") -> dict[str, Any]:
    """A word of the glossary, in the page's own wording where that is given, with help the first time on a page.

    KeyError for a word that the glossary does not have.
    """
    return _word(context, key, word)


@register.inclusion_tag("glossary/words.html", takes_context=True)
def terms(context: Context, *keys: str) -> dict[str, Any]:
    """A line of words with help, for a page whose own words stand where a button cannot."""
    return {"words": [_word(context, key) for key in keys]}


def _word(context: Context, key: str, word: str = "") -> dict[str, Any]:
    term = TERMS[key]
    shown: set[str] = vars(context["request"]).setdefault("terms_with_help", set()) if "request" in context else set()
    first = key not in shown
    shown.add(key)
    return {"term": term, "word": word or term.word, "first": first}
