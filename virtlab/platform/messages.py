"""Brings the message catalogs up to date with the sources, without GNU gettext: `make messages`.

With --check it writes nothing and fails where a catalog lacks a message or a translation, where one names a placeholder
that its source does not have, or where Japanese stands beside Latin without a space. With --compile it writes the .mo
files that Django reads: Babel's own command takes "% of" for a placeholder, and passes over a catalog with a doubtful
header.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("virtlab", "hosts", "instances", "templates")
LAZY = {f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in ("gettext", "ngettext", "pgettext", "npgettext")}
KEYWORDS = {**DEFAULT_KEYWORDS, **LAZY, "gettext_noop": None}
COMMENT = ["Translators:"]
WIDTH = 110
JAPANESE, LATIN = "[ぁ-んァ-ヶー一-龠々]", "[A-Za-z0-9]"
BESIDE = re.compile(f"{JAPANESE}(?={LATIN})|{LATIN}(?={JAPANESE})")
"""Where a space is missing; what a placeholder holds is not known."""
PLACEHOLDER = re.compile(r"%\((\w+)\)[sdif.]")

Extracted = tuple[str, int, str | tuple[str, ...], list[str], str | None]


def source_messages() -> Catalog:
    """Every message of the Python modules and templates."""
    catalog = Catalog(project="VirtLab", fuzzy=False)
    for name, line, message, comments, context in sorted(_messages(), key=lambda entry: entry[:2]):
        catalog.add(message, locations=[(name, line)], auto_comments=comments, context=context)
    return catalog


def _messages() -> Iterator[Extracted]:
    for path in (path for folder in SOURCES for path in sorted((ROOT / folder).rglob("*"))):
        if path.suffix == ".py":
            source = path.read_bytes()
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            source = _as_python(path)
        else:
            continue
        for line, message, comments, context in extract("python", BytesIO(source), KEYWORDS, COMMENT):
            yield path.relative_to(ROOT).as_posix(), line, message, comments, context


def _as_python(template: Path) -> bytes:
    """A template as Django rewrites it for xgettext: only its messages are left. Indentation would be an error."""
    text = templatize(template.read_text(encoding="utf-8"), origin=str(template))
    return "\n".join(line.lstrip() for line in text.splitlines()).encode()


def update(path: Path, *, write: bool) -> list[str]:
    """Brings one catalog up to date and returns what it still lacks, a sentence each."""
    with path.open("rb") as file:
        catalog = read_po(file, locale=path.parts[-3])
    before = {(message.id, message.context) for message in catalog if message.id}
    catalog.update(source_messages(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    if write:
        with path.open("wb") as file:
            write_po(file, catalog, width=WIDTH, include_lineno=False, sort_by_file=True)
    name = path.relative_to(ROOT)
    lacks = [f"{name}: not translated: {message.id!r}" for message in catalog if message.id and not _complete(message)]
    lacks += [
        f"{name}: other placeholders: {message.id!r}" for message in catalog if not _has_the_placeholders(message)
    ]
    lacks += [
        f"{name}: a space beside Latin is missing: {message.id!r}" for message in catalog if not _is_spaced(message)
    ]
    if not write:
        now = {(message.id, message.context) for message in catalog if message.id}
        lacks += [f"{name}: out of date, run make messages: {found[0]!r}" for found in sorted(now ^ before, key=str)]
    return lacks


def _texts(texts: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [texts or ""] if isinstance(texts, str) or texts is None else list(texts)


def _complete(message: Message) -> bool:
    """Whether a message has all its texts, and none is marked as doubtful."""
    return not message.fuzzy and all(_texts(message.string))


def _has_the_placeholders(message: Message) -> bool:
    """Whether the texts name what the source names, in one of its forms: another name would be an error of the page."""
    known = [set(PLACEHOLDER.findall(text)) for text in _texts(message.id)]
    return all(set(PLACEHOLDER.findall(text)) in known for text in _texts(message.string) if text)


def _is_spaced(message: Message) -> bool:
    """Whether a space stands between Japanese and Latin letters or figures."""
    return not any(BESIDE.search(PLACEHOLDER.sub("|", text)) for text in _texts(message.string))


def compile_catalog(path: Path) -> None:
    """Writes the .mo file beside a catalog; messages without a text stay as the source has them."""
    with path.open("rb") as file:
        catalog = read_po(file)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)


def main() -> int:
    """0, or 1 when --check found something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail where something is missing")
    parser.add_argument("--compile", type=Path, metavar="PO", help="write the .mo file of this catalog, nothing else")
    options = parser.parse_args()
    if options.compile:
        compile_catalog(options.compile)
        return 0
    check = options.check
    settings.configure()
    lacks = [
        line
        for path in sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po"))
        for line in update(path, write=not check)
    ]
    for line in lacks if check else lacks[:10]:
        print(line)
    print(f"{len(lacks)} messages need attention")
    return int(bool(lacks) and check)


if __name__ == "__main__":
    sys.exit(main())
