"""Results kept in this process until the catalogue changes."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from instances.catalog.versions import catalogue_version

P = ParamSpec("P")
R = TypeVar("R")
MOST = 200
"""Results kept of one function; made-up region codes must not fill the memory."""


def kept(function: Callable[P, R]) -> Callable[P, R]:
    """Keeps the function's results by arguments; one small query asks whether the catalogue is still the same.

    Before the first load nothing is kept. A change throws all results away, so memory holds one version.
    """
    results: dict[object, R] = {}
    version = [""]

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        current = catalogue_version()
        if current != version[0] or len(results) >= MOST:
            results.clear()
            version[0] = current
        if not current:
            return function(*args, **kwargs)
        key = (args, tuple(sorted(kwargs.items())))
        if key not in results:
            results[key] = function(*args, **kwargs)
        return results[key]

    return wrapper
