"""docs/glossary.md, made from the same table as the page and the help."""

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import override

from virtlab.web.glossary.table import THEMES
from virtlab.web.glossary.term import PRODUCTS, Term

PATH = Path(__file__).resolve().parents[3] / "docs" / "glossary.md"
HEAD = """# Glossary

Written by `manage.py write_glossary` from `virtlab/web/glossary/`: change the words there. The product shows them at
`/glossary/` and as help beside terms (`{% term "cpu_ready" %}` in a template). The products' names are those of their
English consoles and documents, and of what belongs to them: NSX, vSAN and VCF for vSphere; VMM, SDN and Failover
Clustering for Hyper-V; libvirt, QEMU, Linux and OpenStack for KVM. A dash: none of them has such a thing, or a word
for it.
"""


def document() -> str:
    """The whole file."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield HEAD.rstrip()
    for title, terms in THEMES:
        with override("en"):
            yield f"\n## {title}"
        for term in terms:
            yield from _entry(term)


def _entry(term: Term) -> Iterator[str]:
    said = []
    for language in ("en", "ja"):
        with override(language):
            said.append((str(term.word), str(term.text)))
    (word, text), (other_word, other_text) = said
    yield f"\n### {word} · {other_word}"
    yield f"{text}  \n{other_text}\n"
    yield f"| {' | '.join(PRODUCTS)} |"
    yield "|" + "---|" * len(PRODUCTS)
    yield f"| {' | '.join(name for _product, name in term.names)} |"
