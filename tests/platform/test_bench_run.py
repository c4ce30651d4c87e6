"""The bench runner: one line a figure, and an exit code that tells a failure from a short figure."""

import subprocess
import sys

import pytest

from bench import Figure
from bench.run import names


@pytest.mark.parametrize(
    ("figure", "line"),
    [
        (Figure("replay.day", 7.31, "ms", "<= 10", ok=True), "replay.day 7.31 ms <=10 ok"),
        (Figure("jobs.rate", 123456.7, "steps/s", ">= 200", ok=True), "jobs.rate 123457 steps/s >=200 ok"),
        (Figure("x", 0.5, "", "", ok=False, note="ratio 2 to numpy"), "x 0.5 1 - short # ratio 2 to numpy"),
    ],
)
def test_it_prints_a_figure_as_one_line_of_words(figure: Figure, line: str) -> None:
    assert figure.line() == line


def test_it_names_the_benches_there_are_for_an_unknown_one() -> None:
    done = subprocess.run([sys.executable, "-m", "bench.run", "no-such"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert all(name in done.stderr for name in names())
