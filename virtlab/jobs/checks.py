"""System checks: operations and needs are named where they are only pointed at, and every name must exist."""

import ast
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.checks import CheckMessage, Error

from virtlab.jobs.operations.effects import EFFECTS
from virtlab.jobs.operations.needs import NEEDS
from virtlab.jobs.operations.operation import PROVIDER
from virtlab.jobs.operations.registry import OPERATIONS

# What takes an operation's name first: WayOut("vm.stop", …), run.start("vm.stop", …), operation_named("vm.stop").
TAKES_NAME = {"WayOut", "start", "operation_named"}
ROOM = "operations"


def check_operation_names(**_kwargs: Any) -> list[CheckMessage]:
    """An error for each name in a counterpart, a way out or a start that no operation has."""
    return [
        Error(f"There is no operation {name}.", obj=place, id="jobs.E001")
        for place, name in [*_counterparts(), *_names_in_sources()]
        if name not in OPERATIONS
    ]


def check_names_of_needs(**_kwargs: Any) -> list[CheckMessage]:
    """An error for each need that an effect breaks and that nothing can have."""
    return [
        Error(f"There is no need {name}.", obj=effect.name, id="jobs.E002")
        for effect in EFFECTS.values()
        for name in effect.breaks
        if name not in NEEDS
    ]


def _counterparts() -> Iterator[tuple[str, str]]:
    for operation in OPERATIONS.values():
        if operation.counterpart not in {"", PROVIDER}:
            yield f"{operation.name}: counterpart", operation.counterpart


def _names_in_sources() -> Iterator[tuple[str, str]]:
    for path in sorted(_sources()):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and (name := _name_given(node)):
                yield f"{path}:{node.lineno}", name


def _sources() -> set[Path]:
    """The modules in the rooms from which the registered operations come."""
    rooms = {operation.__module__.partition(f".{ROOM}")[0] + f".{ROOM}" for operation in OPERATIONS.values()}
    origins = [Path(spec.origin) for room in rooms if (spec := find_spec(room)) and spec.origin]
    return {
        path for origin in origins for path in (origin.parent.rglob("*.py") if origin.stem == "__init__" else [origin])
    }


def _name_given(call: ast.Call) -> str:
    """The name that a call takes; empty for other calls and for names that are made at run time."""
    called = getattr(call.func, "id", "") or getattr(call.func, "attr", "")
    match call.args:
        case [ast.Constant(value=str(name)), *_] if called in TAKES_NAME:
            return name
    return ""
