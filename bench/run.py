"""Runs the benches, each in a process of its own: `python -m bench.run [--smoke] [name …]`."""

import argparse
import importlib
import os
import pkgutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import bench
from bench import Figure
from bench.support.migrated import make_template

# At small sizes much of a bench is waiting: for processes that start, for a cut cable to be noticed, for a load to end.
TOGETHER = 3
LONG = ("page", "prices", "jobs", "racks", "imports", "machines", "streams")
"""These begin first where several run together, so that none of them is left alone at the end."""
ROOMS = ("compare", "engine", "hosts", "instances", "jobs")


def benches() -> dict[str, str]:
    """Every bench's name and its module: the modules of the rooms. `bench.support` and `bench.probe` hold none."""
    return {
        module.name: f"bench.{room}.{module.name}"
        for room in ROOMS
        for module in pkgutil.iter_modules([str(Path(bench.__path__[0]) / room)])
    }


def names() -> list[str]:
    """The names of all benches, in order."""
    return sorted(benches())


def measure(name: str) -> bool:
    """Prints the figures of one bench in this process; true when all reach their targets."""
    figures: Iterator[Figure] = importlib.import_module(benches()[name]).figures()
    reached = True
    for figure in figures:
        print(figure.line(), flush=True)
        reached = reached and figure.ok
    return reached


def run(name: str, *, together: bool = False) -> str:
    """Runs one bench in a process of its own and says how it went: "ok", "short" or "failed". What it says comes at
    its end where others run `together` with it, so that lines of two do not mix.
    """
    started = time.perf_counter()
    command = [sys.executable, "-m", "bench.run", "--here", name]
    stdout, stderr = (subprocess.PIPE, subprocess.STDOUT) if together else (None, None)
    done = subprocess.run(command, check=False, text=True, stdout=stdout, stderr=stderr)
    said = f"{done.stdout}# {name}: {time.perf_counter() - started:.0f} s\n" if together else ""
    print(said, end="", flush=True)
    return {0: "ok", 3: "short"}.get(done.returncode, "failed")


def main() -> int:
    """0 when every bench ran (a short figure is a finding, not an error), 1 when one failed, 2 for an unknown name."""
    parser = argparse.ArgumentParser(prog="bench.run", description=__doc__)
    parser.add_argument("names", nargs="*", help="benches to run, all when none is named")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--smoke", action="store_true", help="small sizes: proves that the benches run (BENCH_SMOKE=1)")
    options = parser.parse_args()
    if unknown := set(options.names) - set(names()):
        print(f"No such bench: {', '.join(sorted(unknown))}. There are: {', '.join(names())}.", file=sys.stderr)
        return 2
    if options.here:
        return 0 if measure(options.names[0]) else 3
    if options.smoke:
        os.environ["BENCH_SMOKE"] = "1"
    started = time.perf_counter()
    chosen = options.names or names()
    if options.smoke:
        chosen = sorted(chosen, key=lambda name: LONG.index(name) if name in LONG else len(LONG))
    # Small sizes prove that the benches run; figures are taken one bench at a time.
    with TemporaryDirectory() as folder, ThreadPoolExecutor(TOGETHER if options.smoke else 1) as pool:
        if len(chosen) > 1:
            make_template(Path(folder))
        ends = list(pool.map(partial(run, together=options.smoke), chosen))
    outcomes = dict(zip(chosen, ends, strict=True))
    beside = f", {TOGETHER} at a time: how fast anything is, only a run at full size says" if options.smoke else ""
    print(f"# {len(outcomes)} benches in {time.perf_counter() - started:.1f} s{beside}", flush=True)
    for name, outcome in outcomes.items():
        if outcome == "failed":
            print(f"# {name} failed: its error stands above", file=sys.stderr)
    return int("failed" in outcomes.values())


if __name__ == "__main__":
    sys.exit(main())
