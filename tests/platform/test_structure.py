"""The layout's rules that no linter knows, read from the sources."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOTS = ("hosts", "instances", "virtlab")
MOST_POSITIONAL = 6
NO_NOUNS = {"one", "found"}
"""Names that do not say what a thing is."""
NAMED = (
    "hosts/inventory/recognition",
    "hosts/inventory/traces",
    "instances/demo",
    "virtlab/compare/report/sensitivity",
)
"""Where variables and arguments are named by the thing that they are."""


@cache
def sources() -> dict[Path, ast.Module]:
    """Every module of the product by its path, without migrations."""
    files = (path for root in ROOTS for path in sorted((ROOT / root).rglob("*.py")) if "migrations" not in path.parts)
    return {path.relative_to(ROOT): ast.parse(path.read_text(encoding="utf-8")) for path in files}


def classes(tree: ast.AST) -> Iterator[ast.ClassDef]:
    """Every class of a module, nested ones too."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


class TestRecords:
    def test_it_builds_no_record_of_more_than_six_positional_arguments(self) -> None:
        modules = sources()
        fields = {node.name: _fields(node) for tree in modules.values() for node in classes(tree)}
        long = [
            f"{path}:{call.lineno} {name}"
            for path, tree in modules.items()
            for name, call in _calls(tree)
            if name in fields and _positional(call, fields[name]) > MOST_POSITIONAL
        ]
        assert long == []

    def test_it_counts_an_unpacked_row_as_all_fields(self) -> None:
        tree = ast.parse(
            "class Row:\n    a: int\n    b: int\n\n    @classmethod\n    def of(cls, r):\n        cls(*r)\nRow(1, *r)"
        )
        assert [(name, _positional(call, 2)) for name, call in _calls(tree)] == [("Row", 2), ("Row", 2)]


def _fields(node: ast.ClassDef) -> int:
    return sum(isinstance(item, ast.AnnAssign) for item in node.body)


def _calls(tree: ast.AST, within: str = "") -> Iterator[tuple[str, ast.Call]]:
    """Calls of names with the name, `cls` being the class that it stands in."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            yield within if name == "cls" else name, node
        yield from _calls(node, node.name if isinstance(node, ast.ClassDef) else within)


def _positional(call: ast.Call, fields: int) -> int:
    """Positional arguments; an unpacked row may fill every field."""
    unpacked = any(isinstance(argument, ast.Starred) for argument in call.args)
    return max(len(call.args), fields) if unpacked else len(call.args)


class TestNames:
    def test_it_gives_no_two_classes_of_an_app_the_same_name(self) -> None:
        homes: dict[tuple[str, str], list[str]] = defaultdict(list)
        for path, tree in sources().items():
            for node in ast.iter_child_nodes(tree):
                if isinstance(node, ast.ClassDef) and "commands" not in path.parts:
                    homes[_app(path), node.name].append(str(path))
        assert {name: paths for (_, name), paths in homes.items() if len(paths) > 1} == {}


def _app(path: Path) -> str:
    return "/".join(path.parts[:2]) if path.parts[0] == "virtlab" else path.parts[0]


class TestTemplates:
    def test_it_writes_no_key_into_an_attribute_as_a_number_that_is_read(self) -> None:
        """The thousandth has a comma then: no element of that id is found, and no message is for it."""
        key = re.compile(r"""=["'][^"']*\{\{ [\w.]*\bpk \}\}""")
        found = {
            f"{path.relative_to(ROOT)}:{number}"
            for path in sorted((ROOT / "templates").rglob("*.html"))
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
            if key.search(line)
        }
        assert found == set()


class TestVariables:
    def test_it_names_variables_by_what_they_are(self) -> None:
        nameless = [
            f"{path}:{number} {name}"
            for path, tree in sources().items()
            if any(map(path.is_relative_to, NAMED))
            for name, number in _variables(tree)
            if name in NO_NOUNS
        ]
        assert nameless == []

    def test_it_sees_every_kind_of_variable(self) -> None:
        code = "def f(one): return [x for found in y]\nif found := f(1):\n    one = 2\nclass A:\n    found: int\n"
        assert sorted(_variables(ast.parse(code))) == [("found", 1), ("found", 2), ("one", 1), ("one", 3)]


def _variables(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Variables and arguments with their lines; fields of records are part of what they say."""
    fields = {id(node.target) for of in classes(tree) for node in of.body if isinstance(node, ast.AnnAssign)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and id(node) not in fields:
            yield node.id, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
