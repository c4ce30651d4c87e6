"""JavaScript modules: what they import is there, and is named by its hash where files are."""

import re
import shutil
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage

from virtlab.platform.assets import ROOT
from virtlab.web.static_storage import StaticStorage

MODULES = ROOT / "static" / "js"
IMPORT = re.compile(r"""^(?:import|.*\bfrom)\s+"([^"]+)";$""", re.MULTILINE)


def collected(source: Path, target: Path, pattern: str = "*.js") -> dict[str, Path]:
    """The files below `source`, collected as in production: what each is called in `target`."""
    storage = StaticStorage(location=target, base_url="/static/")
    files = FileSystemStorage(source)
    names = [path.relative_to(source).as_posix() for path in source.rglob(pattern)]
    for name in names:
        with files.open(name) as file:
            storage.save(name, file)
    list(storage.post_process({name: (files, name) for name in names}))
    return {name: target / storage.stored_name(name) for name in names}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A copy of our modules that a test may change."""
    shutil.copytree(MODULES, tmp_path / "source" / "js")
    return tmp_path / "source"


def test_it_imports_what_is_there_under_the_name_of_its_hash(source: Path, tmp_path: Path) -> None:
    names = collected(source, tmp_path / "static")
    imports = [(path, name) for path in names.values() for name in IMPORT.findall(path.read_text(encoding="utf-8"))]
    assert len(imports) > 15
    for path, name in imports:
        assert (path.parent / name).resolve() in names.values(), f"{path.name} imports {name}"


def test_it_renames_a_module_with_what_it_imports(source: Path, tmp_path: Path) -> None:
    before = collected(source, tmp_path / "before")
    with (source / "js" / "dom.js").open("a", encoding="utf-8") as file:
        file.write("// changed\n")
    after = collected(source, tmp_path / "after")
    assert before["js/racks/index.js"].name != after["js/racks/index.js"].name
    assert before["js/clock.js"].name == after["js/clock.js"].name


def test_it_compresses_the_name_that_pages_ask_for(source: Path, tmp_path: Path) -> None:
    (source / "js" / "dom.js.map").write_text("{}" * 1000, encoding="ascii")
    names = collected(source, tmp_path / "static", "*.js*")
    hashed, source_map = names["js/clock.js"], names["js/dom.js.map"]
    for ending in (".br", ".gz"):
        assert hashed.with_name(hashed.name + ending).is_file()
        assert not (tmp_path / "static" / f"js/clock.js{ending}").exists()
        assert not source_map.with_name(source_map.name + ending).exists()
    assert source_map.is_file()
