"""The browser's assets: complete, and without references that lead nowhere."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from virtlab.platform.assets import ROOT, VENDOR

STATIC_TAG = re.compile(r"""\{%\s*static\s+['"]([^'"]+)['"]""")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_it_finds_every_static_file_that_a_template_names(template: Path) -> None:
    for name in STATIC_TAG.findall(template.read_text(encoding="utf-8")):
        assert finders.find(name), name


def test_it_refers_to_no_source_maps() -> None:
    assert not [path.name for path in VENDOR.iterdir() if b"sourceMappingURL" in path.read_bytes()[-300:]]
