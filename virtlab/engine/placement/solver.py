"""The linear-programming solver, loaded when first needed: most processes never solve anything, and it takes 7 MiB."""

from importlib import import_module
from typing import Any


def quiet_solver() -> Any:
    """A HiGHS solver that prints nothing and computes on one thread."""
    solver: Any = import_module("highspy").Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    return solver
