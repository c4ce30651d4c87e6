"""The caches of a process: bounds, the two policies, and emptying them all."""

import numpy as np
import pytest

from virtlab.web.cache import LabCache, LruCache, cached_by_version, clear_caches


class TestLruCache:
    def test_it_makes_a_result_once(self) -> None:
        cache: LruCache[int] = LruCache(max_items=2)
        assert [cache.get("a", lambda: 1), cache.get("a", lambda: 2)] == [1, 1]

    def test_it_drops_what_was_used_longest_ago(self) -> None:
        cache: LruCache[int] = LruCache(max_items=2)
        for key in ("a", "b", "a", "c"):
            cache.get(key, lambda: 1)
        assert [cache.get(key, lambda: 2) for key in ("a", "c", "b")] == [1, 1, 2]

    def test_it_holds_no_more_bytes_than_it_may(self) -> None:
        cache: LruCache[bytes] = LruCache(max_bytes=100, size_of=len)
        for number in range(20):
            cache.get(number, lambda: b"x" * 30)
        assert len(cache) == 3

    def test_it_gives_and_keeps_alone_a_result_larger_than_all_it_may_hold(self) -> None:
        cache: LruCache[bytes] = LruCache(max_bytes=100, size_of=len)
        cache.get("small", lambda: b"x")
        assert cache.get("large", lambda: bytes(1000)) is cache.get("large", lambda: b"")
        assert len(cache) == 1
        assert cache.get("small", lambda: b"y") == b"y"
        assert len(cache) == 1

    def test_it_forgets_one_key(self) -> None:
        cache: LruCache[int] = LruCache(max_items=2)
        cache.get("a", lambda: 1)
        cache.forget("a")
        cache.forget("never there")
        assert cache.get("a", lambda: 2) == 2

    def test_it_is_bounded_by_items_or_by_bytes(self) -> None:
        with pytest.raises(TypeError):
            LruCache()
        with pytest.raises(TypeError):
            LruCache(max_items=1, max_bytes=1, size_of=len)
        with pytest.raises(TypeError):
            LruCache(max_bytes=1)


class TestPolicies:
    def test_it_makes_a_lab_s_result_anew_after_a_change_of_the_lab(self) -> None:
        cache: LabCache[int] = LabCache(max_items=8)
        assert cache.of(("lab", 1), "hosts", make=lambda: 1) == 1
        assert cache.of(("lab", 1), "hosts", make=lambda: 2) == 1
        assert cache.of(("lab", 1), "guests", make=lambda: 3) == 3
        assert cache.of(("lab", 2), "hosts", make=lambda: 4) == 4

    def test_it_throws_all_results_away_with_a_new_version(self) -> None:
        version, calls = ["1"], []

        def squares(number: int, *, count: int = 1) -> list[int]:
            calls.append(number)
            return [number**2] * count

        cached = cached_by_version(lambda: version[0], 10)(squares)
        assert cached(3) is cached(3)
        assert cached(3, count=2) == [9, 9]
        version[0] = "2"
        assert cached(3) == [9]
        assert calls == [3, 3, 3]

    def test_it_keeps_nothing_while_there_is_no_version(self) -> None:
        cached = cached_by_version(lambda: "", 10)(object)
        assert cached() is not cached()


def test_it_empties_every_cache() -> None:
    items: LruCache[int] = LruCache(max_items=4)
    arrays: LabCache[np.typing.NDArray[np.float64]] = LabCache(max_bytes=100, size_of=lambda array: array.nbytes)
    cached = cached_by_version(lambda: "1", 10)(object)
    items.get("a", lambda: 1)
    arrays.of(("lab", 1), make=lambda: np.zeros(2))
    first = cached()
    clear_caches()
    assert (len(items), len(arrays)) == (0, 0)
    assert cached() is not first
