"""A case of an operation: a small lab in which it starts, and how to read there what its preview speaks of."""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

from django.db import models

from tests.support.sandbox import Sandbox
from virtlab.jobs.models import Job

WATTS_ROUNDING = 0.05
"""Watts are shown with one decimal."""
Reads = Mapping[str, Callable[[], object]]


@dataclass
class Case:
    """What is asked for, in which lab.

    figures: USD per month and watts that belong to what the preview shows. reads: what a row of the preview, by its
    label, says of something that the operation itself does not find afterwards (what it made, what it took away).
    watts_within: how far watts may be from those shown.
    """

    box: Sandbox
    subject: models.Model | None = None
    params: dict[str, Any] = field(default_factory=dict)
    _: KW_ONLY
    figures: Callable[[], tuple[float, float]]
    taken_gib: Callable[[], float] = float
    reads: Reads = field(default_factory=dict)
    watts_within: float = WATTS_ROUNDING

    def start(self, name: str) -> Job:
        """Starts the operation."""
        return self.box.start(name, self.subject, **self.params)


Prepare = Callable[[], Case]
CASES: dict[str, Prepare] = {}
"""By operation; further cases of one have a word behind a slash: "vm.resize/off"."""


def case(name: str) -> Callable[[Prepare], Prepare]:
    """Adds a case; raises ValueError where there is one of this name."""

    def add(prepare: Prepare) -> Prepare:
        if name in CASES:
            raise ValueError(f"Two cases are named {name}.")
        CASES[name] = prepare
        return prepare

    return add


def operation_of(name: str) -> str:
    """The operation of a case."""
    return name.split("/", maxsplit=1)[0]
