"""Measurements: `make bench` prints one line a figure. Each module here has `figures()`, which yields them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured figure with its target, e.g. Figure("replay.week", 98.2, "ms", "<= 120", ok=True)."""

    name: str
    value: float
    unit: str
    target: str
    ok: bool
    note: str = ""

    def line(self) -> str:
        """`name value unit target ok|short` and the note."""
        verdict = "ok" if self.ok else "short"
        value = f"{self.value:.0f}" if abs(self.value) >= 10_000 else f"{self.value:.4g}"
        words = [self.name, value, self.unit or "1", self.target.replace(" ", "") or "-", verdict]
        return " ".join([*words, f"# {self.note}"] if self.note else words)
