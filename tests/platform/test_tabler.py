"""The part of Tabler's style sheet that is served."""

import pytest

from virtlab.platform.tabler import shorten

HEAD = '@charset "UTF-8";/*! Tabler, MIT */'


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        ("a{color:red}", "a{color:red}"),
        (".btn{color:red}.navbar{color:red}", ".btn{color:red}"),
        (".btn,.navbar{color:red}", ".btn{color:red}"),
        (".btn .navbar{color:red}", ""),
        ("[data-bs-theme=dark] .btn{color:red}", ""),
        ("@media (min-width:1px){.card{a:b}.table{a:b}}", "@media (min-width:1px){.table{a:b}}"),
        ("@media print{.card{a:b}}", ""),
        ("@keyframes spin{to{a:b}}.btn{a:b}", ".btn{a:b}"),
        ('.form-check{background:url("data:x,}{")}.card{a:b}', '.form-check{background:url("data:x,}{")}'),
        (":is(.btn,.table) b{a:b}", ":is(.btn,.table) b{a:b}"),
    ],
)
def test_it_keeps_the_rules_that_pages_can_use(css: str, kept: str) -> None:
    assert shorten(css) == f'@charset "UTF-8";@layer tabler{{{kept}}}\n'


def test_it_keeps_the_licence() -> None:
    assert shorten(f"{HEAD}a{{b:c}}").startswith(HEAD)
