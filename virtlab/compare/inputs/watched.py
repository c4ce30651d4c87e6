"""The assumptions that a computation read: nothing else can change what it found."""

from collections.abc import Iterator, Mapping


class Watched(Mapping[str, float]):
    """Values by key that remember in `read` which of them were asked for, with what was answered."""

    def __init__(self, values: Mapping[str, float]) -> None:
        self._values = values
        self.read: dict[str, float] = {}

    def __getitem__(self, key: str) -> float:
        value = self.read[key] = self._values[key]
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
