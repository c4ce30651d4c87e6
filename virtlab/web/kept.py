"""Keeps what is dear to compute, up to a number of bytes, and forgets what was not used for longest."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """A least-recently-used store of this process, bounded by `most_bytes` as `size` counts them."""

    def __init__(self, most_bytes: int, size: Callable[[V], int]) -> None:
        self.most_bytes = most_bytes
        self._size = size
        self._items: OrderedDict[K, V] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """What is kept under the key, else what `make` gives. Two threads may both make it; the later one stays."""
        with self._lock:
            if key in self._items:
                self._items.move_to_end(key)
                return self._items[key]
        value = make()
        with self._lock:
            self._put(key, value)
        return value

    def forget(self, key: K) -> None:
        """Forgets one key, where it is kept at all."""
        with self._lock:
            if key in self._items:
                self._bytes -= self._size(self._items.pop(key))

    def clear(self) -> None:
        """Forgets everything."""
        with self._lock:
            self._items.clear()
            self._bytes = 0

    def __len__(self) -> int:
        return len(self._items)

    def _put(self, key: K, value: V) -> None:
        if key in self._items:
            self._bytes -= self._size(self._items.pop(key))
        self._items[key] = value
        self._bytes += self._size(value)
        while self._bytes > self.most_bytes and len(self._items) > 1:
            self._bytes -= self._size(self._items.popitem(last=False)[1])
