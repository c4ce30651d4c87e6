"""The page of the glossary."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, override
from django.views.decorators.http import require_GET

from virtlab.web.filters import words_asked
from virtlab.web.glossary.table import themes_matching
from virtlab.web.glossary.term import PRODUCTS, Term


@require_GET
def glossary(request: HttpRequest) -> HttpResponse:
    """Every word by theme, in the reader's language and the other one; ?q= searches."""
    search = words_asked(request.GET)
    themes = [(title, _with_other_word(terms)) for title, terms in themes_matching(search)]
    count = sum(len(terms) for _title, terms in themes)
    context = {"themes": themes, "products": PRODUCTS, "search": search, "count": count}
    return render(request, "glossary/glossary.html", context)


def _with_other_word(terms: Sequence[Term]) -> list[tuple[Term, str]]:
    """Each term with its word in English, or in Japanese where the page is English."""
    with override("ja" if get_language() == "en" else "en"):
        return [(term, str(term.word)) for term in terms]
