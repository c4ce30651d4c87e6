"""The import: from an uploaded file to its preview, and from there into the lab. Each file in a process of its own."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.test import Client

from bench import Figure
from bench.support.big_rvtools import write
from bench.support.database import migrate
from hosts.catalog.load import load_server_models
from hosts.inventory import services
from hosts.models.inventory_import import InventoryImport
from virtlab.jobs.actor import SYSTEM
from virtlab.jobs.work.workshop import do_next_work
from virtlab.labs.models import Lab

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
REAL = SHARED / "rvtools_805vm.xlsx"
WEEK = SHARED / "bitbrains_rnd_week_5min.parquet"
MANY = 1_000 if os.environ.get("BENCH_SMOKE") else 30_000


def figures() -> Iterator[Figure]:
    """Seconds to the preview and into the lab, and the most memory that the process held meanwhile."""
    if REAL.exists():
        yield from preview_and_accept("805", REAL, preview_s=3.0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "many.xlsx"
        subprocess.run([sys.executable, "-m", "bench.hosts.imports", "write", str(path), str(MANY)], check=True)
        yield from preview_and_accept(str(MANY), path, preview_s=30.0, memory_mib=300.0)
    if WEEK.exists():
        yield from preview_and_accept("week", WEEK)


def preview_and_accept(
    name: str, path: Path, *, preview_s: float | None = None, memory_mib: float | None = None
) -> Iterator[Figure]:
    """The figures of one file; those without a target are told for information."""
    figures = measured(path)
    note = f"{figures['vms']} machines, {path.stat().st_size / 1e6:.1f} MB file"
    yield figure(f"import.{name}.preview", figures["preview_s"], "s", preview_s, note)
    yield figure(f"import.{name}.preview_memory", figures["preview_mib"], "MiB", memory_mib)
    yield figure(f"import.{name}.page", figures["page_s"], "s", None, "the preview page, once read")
    yield figure(
        f"import.{name}.accept", figures["accept_s"], "s", None, "hosts, machines, workloads and traces written"
    )
    yield figure(f"import.{name}.accept_memory", figures["accept_mib"], "MiB", memory_mib)


def figure(name: str, value: float, unit: str, most: float | None, note: str = "") -> Figure:
    """One figure that should stay below `most`, or has no target."""
    target = "-" if most is None else f"<= {most:g}"
    return Figure(name, value, unit, target, most is None or value <= most, note)


def measured(path: Path) -> dict[str, Any]:
    """What a process of its own measures on one file."""
    command = [sys.executable, "-m", "bench.hosts.imports", "measure", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def measure(path: Path) -> dict[str, Any]:
    """Uploads a file, reads it as a worker does, opens its preview, accepts it: seconds and peak memory of each."""
    migrate()
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    load_server_models()
    client, lab = Client(), Lab.objects.create(name="bench", visitor_token="bench" * 8)
    session = client.session
    session["visitor"] = lab.visitor_token
    session.save()
    started = time.perf_counter()
    with path.open("rb") as file:
        staged = services.stage_uploads(lab, [File(file, name=path.name)], SYSTEM)  # type: ignore[list-item]  # a File as good as an upload
    work()
    preview_s, preview_mib = time.perf_counter() - started, peak_mib()
    client.get(staged.get_absolute_url(), headers={"host": "localhost"})
    started = time.perf_counter()
    assert client.get(staged.get_absolute_url(), headers={"host": "localhost"}).status_code == 200
    page_s = time.perf_counter() - started
    staged = InventoryImport.objects.get(pk=staged.pk)
    started = time.perf_counter()
    services.accept(staged, "replace", SYSTEM)
    work()
    figures = {"preview_s": preview_s, "preview_mib": preview_mib, "page_s": page_s}
    figures |= {"accept_s": time.perf_counter() - started, "accept_mib": peak_mib()}
    return figures | {"vms": lab.virtual_machines.count()}


def work() -> None:
    """Does the work that waits, as a Celery worker would."""
    while job := do_next_work():
        assert job.state != "failed"


def peak_mib() -> float:
    """The most memory that this process has held (Linux counts in KiB, macOS in bytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024**2 if sys.platform == "darwin" else peak / 1024


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        print(json.dumps(measure(Path(sys.argv[2]))))
