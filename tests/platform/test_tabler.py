"""The part of Tabler's style sheet that is served."""

import re
from pathlib import Path

from virtlab.platform.assets import PACKAGES, ROOT, TABLER, VENDOR, printed_by

HEAD = '@charset "UTF-8";/*! Tabler, MIT */'
CLASS = re.compile(r"\.(-?[a-zA-Z][\w-]*)")
TEMPLATE = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
NAMED = re.compile(r"""class=["']([^"']*)["']""")
RULES = [
    ("a{color:red}", "a{color:red}"),
    (".btn{color:red}.navbar{color:red}", ".btn{color:red}"),
    (".btn,.navbar{color:red}", ".btn{color:red}"),
    (".btn .navbar{color:red}", ""),
    ("[data-bs-theme=dark] .btn{color:red}", ""),
    ("@media (min-width:1px){.card{a:b}.table{a:b}}", "@media (min-width:1px){.table{a:b}}"),
    ("@media print{.card{a:b}}", ""),
    ("@keyframes spin{to{a:b}}.btn{a:b}", ".btn{a:b}"),
    ('.form-check-input{background:url("data:x,}{")}.card{a:b}', '.form-check-input{background:url("data:x,}{")}'),
    (":is(.btn,.table) b{a:b}", ":is(.btn,.table) b{a:b}"),
    (":is(.btn,.card) b{a:b}", ":is(.btn) b{a:b}"),
    (".btn{--unused:1;--used:2;color:var(--used)}", ".btn{--used:2;color:var(--used)}"),
]


def shortened(path: Path, css: str) -> str:
    """What is served of a style sheet."""
    path.write_text(css, encoding="utf-8")
    return printed_by("tabler.mjs", path)


def classes(css: str) -> set[str]:
    """The classes that a style sheet has rules for."""
    return set(CLASS.findall(re.sub(r"/\*.*?\*/|url\([^)]*\)", "", css, flags=re.DOTALL)))


def test_it_keeps_the_rules_that_pages_can_use(tmp_path: Path) -> None:
    rules_left = "".join(rules for _css, rules in RULES)
    assert (
        shortened(tmp_path / "x.css", "".join(css for css, _rules in RULES))
        == f'@charset "UTF-8";@layer tabler{{{rules_left}}}\n'
    )


def test_it_keeps_the_licence(tmp_path: Path) -> None:
    assert shortened(tmp_path / "x.css", f"{HEAD}a{{b:c}}").startswith(HEAD)


def test_it_serves_every_class_that_a_page_takes_from_tabler() -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html"))
    own = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "static" / "css").rglob("*.css"))
    named = {name for names in NAMED.findall(TEMPLATE.sub(" ", pages)) for name in names.split()}
    tabler = classes((PACKAGES / TABLER).read_text(encoding="utf-8"))
    served = classes((VENDOR / "tabler.css").read_text(encoding="utf-8"))
    assert (named & tabler) - classes(own) <= served
    assert {
        "btn",
        "btn-primary",
        "table",
        "form-control",
        "form-select",
        "form-check-input",
        "visually-hidden",
    } <= served
