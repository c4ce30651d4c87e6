"""Results kept in this process, the least recently used out first.

Two policies say when a result no longer holds: `LabCache` by the lab's revision, `cached_by_version` by a version such
as the catalog's.
"""

import functools
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, ParamSpec, TypeVar
from weakref import WeakSet

from cachetools import LRUCache

P = ParamSpec("P")
R = TypeVar("R")
V = TypeVar("V")
Revision = tuple[str, int]

CACHES: "WeakSet[LruCache[Any]]" = WeakSet()


def clear_caches() -> None:
    """Empties every cache of this process."""
    for cache in list(CACHES):
        cache.clear()


class LruCache(Generic[V]):
    """At most `max_items` results, or `max_bytes` of them as `size_of` counts; one larger than that is kept alone."""

    def __init__(
        self, *, max_items: int | None = None, max_bytes: int | None = None, size_of: Callable[[V], int] | None = None
    ) -> None:
        if (max_items is None) == (max_bytes is None) or (max_bytes is None) != (size_of is None):
            raise TypeError("A cache is bounded by max_items, or by max_bytes with size_of.")
        self._items: LRUCache[Hashable, V]
        if max_bytes is not None and size_of is not None:
            most, size = max_bytes, size_of
            self._items = LRUCache(most, lambda value: min(size(value), most))
        else:
            self._items = LRUCache(max_items or 0)
        self._lock = Lock()
        CACHES.add(self)

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """The result under the key, else what `make` gives. Two threads may both make it; the later one stays."""
        with self._lock:
            if key in self._items:
                return self._items[key]
        value = make()
        with self._lock:
            self._items[key] = value
        return value

    def forget(self, key: Hashable) -> None:
        """Drops one key, where it is there at all."""
        with self._lock:
            self._items.pop(key, None)

    def clear(self) -> None:
        """Drops everything."""
        with self._lock:
            self._items.clear()

    def __len__(self) -> int:
        return len(self._items)


class LabCache(LruCache[V]):
    """By lab revision: what was computed for a lab holds until the lab changes."""

    def of(self, revision: Revision, *more: Hashable, make: Callable[[], V]) -> V:
        """The result for a lab at its revision (slug, number) and whatever `more` it depends on."""
        return self.get((revision, *more), make)


def cached_by_version(version: Callable[[], str], max_items: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keeps a function's results by its arguments until `version` answers something else; then all of them go, so that
    memory holds one version. Nothing is kept while there is none ("").
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        results: LruCache[R] = LruCache(max_items=max_items)
        held = ""

        @functools.wraps(function)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            nonlocal held
            current = version()
            if current != held:
                results.clear()
                held = current
            if not current:
                return function(*args, **kwargs)
            key = (current, args, tuple(sorted(kwargs.items())))
            return results.get(key, lambda: function(*args, **kwargs))

        return wrapper

    return decorate
