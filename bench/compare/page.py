"""The comparison page of the 805-VM estate: server time, bytes on the wire, queries, and Lighthouse's verdict.

A web server of its own answers over real HTTP; its database is made in a folder that goes away.
"""

import gzip
import http.client
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

from bench import Figure
from virtlab.platform.browser import FLAGS, find_browser
from virtlab.platform.redis_server import EmbeddedRedis

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
REAL = SHARED / "rvtools_805vm.xlsx"
SMOKE = bool(os.environ.get("BENCH_SMOKE"))
ROUNDS = 8 if SMOKE else 60
LIGHTHOUSE = "lighthouse@12.8.2"
SCORES = {"accessibility": 100, "best-practices": 100}
SPEED = {"desktop": 95, "mobile": 75}
SERVER = ["--log-level", "error", "--timeout-graceful-shutdown", "2"]
LINK = re.compile(r"""(?:<link[^>]*\bhref|<script[^>]*\bsrc|data-script)="([^"]+\.(?:css|js|svg)[^"]*)\"""")


def figures() -> Iterator[Figure]:
    """Milliseconds of the page and of a slider, kilobytes of the first load, Lighthouse's scores."""
    if not REAL.exists():
        return
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as site:
        yield from server_times(site)
        yield from first_load(site)
        if not SMOKE:
            yield from lighthouse(site, Path(folder))


class Site:
    """A running VirtLab with one lab in it."""

    def __init__(self, port: int, path: str, cookie: str) -> None:
        self.port, self.path, self.cookie = port, path, cookie

    @property
    def url(self) -> str:
        """The page's address."""
        return f"http://127.0.0.1:{self.port}{self.path}"

    def get(self, path: str, **headers: str) -> tuple[bytes, float]:
        """The body as it came over the wire and the milliseconds until its last byte; RuntimeError for a failure."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        started = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": self.cookie, "Accept-Encoding": "br, gzip", **headers})
        answer = connection.getresponse()
        body = answer.read()
        took_ms = (time.perf_counter() - started) * 1000
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{path} answers {answer.status}.")
        return body, took_ms


@contextmanager
def running(folder: Path) -> Iterator[Site]:
    """A web server on a port of its own, stopped at the end."""
    (folder / "redis").mkdir()
    with EmbeddedRedis(folder / "redis") as redis:
        database = f"sqlite:///{folder / 'db.sqlite3'}"
        environment = {**os.environ, "VIRTLAB_VAR": str(folder), "DATABASE_URL": database, "REDIS_URL": redis.url}
        environment.pop("VIRTLAB_DEBUG", None)
        yield from served(environment)


def served(environment: dict[str, str]) -> Iterator[Site]:
    """The web server in this environment, with the lab made first."""
    prepare = [sys.executable, "-m", "bench.support.labs.page", str(REAL)]
    printed = subprocess.run(prepare, check=True, capture_output=True, text=True, env=environment).stdout
    slug, session = printed.split()[-2:]
    port = str(free_port())
    command = [sys.executable, "-m", "uvicorn", "virtlab.asgi:application", "--port", port, *SERVER]
    server = subprocess.Popen(command, env=environment)
    try:
        site = Site(int(port), f"/labs/{slug}/compare/", f"sessionid={session}")
        wait_for(site)
        yield site
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_for(site: Site) -> None:
    """Returns once the page is answered; RuntimeError after a minute."""
    for _ in range(300):
        try:
            site.get(site.path)
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("The web server did not start.")


def server_times(site: Site) -> Iterator[Figure]:
    """p95 of the whole page and of a slider's answer, after a first request that fills the caches."""
    page = sorted(site.get(site.path)[1] for _ in range(ROUNDS))
    yield at_most("page.compare.p95", percentile(page, 95), "ms", 200, f"median {statistics.median(page):.0f} ms")
    prices = [f"{site.path}?electricity_usd_per_kwh={0.1 + n / 1000:.3f}" for n in range(ROUNDS)]
    slider = sorted(site.get(path, **{"HX-Request": "true"})[1] for path in prices)
    yield at_most("page.slider.p95", percentile(slider, 95), "ms", 100, f"median {statistics.median(slider):.0f} ms")
    regions = [f"{site.path}?region={code}" for code in ("us-east-1", "eu-west-1")] * 2
    taken = [site.get(path, **{"HX-Request": "true"})[1] for path in regions]
    yield Figure("page.region.first", taken[0], "ms", "", ok=True, note="a region's types are read and all are sized")
    yield at_most("page.region.again", taken[-1], "ms", 100)
    body, _took = site.get(site.path, **{"HX-Request": "true"})
    yield at_most(
        "page.slider.bytes", len(body) / 1000, "kB", 60, f"{len(gzip.decompress(body)) / 1000:.0f} kB unpacked"
    )


def first_load(site: Site) -> Iterator[Figure]:
    """Kilobytes on the wire of the page with every style, script and picture, the drawing library included."""
    body, _took = site.get(site.path)
    page = gzip.decompress(body).decode()
    assets = {urljoin(site.path, link) for link in LINK.findall(page)}
    sizes = {asset: len(site.get(asset)[0]) for asset in assets}
    total = (len(body) + sum(sizes.values())) / 1000
    largest = max(sizes, key=lambda asset: sizes[asset])
    note = f"{len(sizes) + 1} files; the largest, {Path(largest).name}, {sizes[largest] / 1000:.0f} kB"
    yield at_most("page.first_load", total, "kB", 900, note)


def lighthouse(site: Site, folder: Path) -> Iterator[Figure]:
    """Scores of both presets; none on a machine without a browser or npx."""
    browser, npx = find_browser(), shutil.which("npx") or shutil.which("npx", path=str(Path(sys.executable).parent))
    if browser is None or npx is None:
        return
    for preset, speed in SPEED.items():
        scores = audit(site, folder, preset, (npx, str(browser)))
        for name, least in {**SCORES, "performance": speed}.items():
            yield at_least(f"page.lighthouse.{preset}.{name}", scores[name], least)


def audit(site: Site, folder: Path, preset: str, tools: tuple[str, str]) -> dict[str, float]:
    """Lighthouse's scores, 0 … 100, by category, in a browser that holds the session's cookie."""
    npx, browser = tools
    report, port = folder / f"lighthouse-{preset}.json", free_port()
    options = [
        f"--port={port}",
        "--disable-storage-reset",
        "--output=json",
        f"--output-path={report}",
        f"--only-categories={','.join([*SCORES, 'performance'])}",
        "--quiet",
        *(["--preset=desktop"] if preset == "desktop" else []),
    ]
    path = f"{Path(npx).parent}{os.pathsep}{os.environ['PATH']}"
    command = [npx, "--yes", LIGHTHOUSE, site.url, *options]
    with signed_in_browser(site, folder / f"profile-{preset}", browser, port):
        subprocess.run(
            command,
            check=True,
            env={**os.environ, "PATH": path},
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    if os.environ.get("BENCH_KEEP"):
        shutil.copy(report, f"{os.environ['BENCH_KEEP']}-{preset}.json")
    measured = json.loads(report.read_text())
    return {name: round(100 * found["score"]) for name, found in measured["categories"].items()}


@contextmanager
def signed_in_browser(site: Site, profile: Path, browser: str, port: int) -> Iterator[None]:
    """A browser that Lighthouse drives through `port`. A header given to Lighthouse would not reach event streams."""
    from playwright.sync_api import sync_playwright

    name, value = site.cookie.split("=", 1)
    flags = [f"--remote-debugging-port={port}", *FLAGS]
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(profile, executable_path=browser, args=flags)
        context.add_cookies([{"name": name, "value": value, "domain": "127.0.0.1", "path": "/"}])
        yield
        context.close()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def percentile(ordered: list[float], percent: float) -> float:
    """The value that so many per cent of the ordered ones do not exceed."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def at_most(name: str, value: float, unit: str, most: float, note: str = "") -> Figure:
    """A figure that should not exceed `most`."""
    return Figure(name, value, unit, f"<= {most:g}", ok=value <= most, note=note)


def at_least(name: str, value: float, least: float) -> Figure:
    """A score that should reach `least`."""
    return Figure(name, value, "", f">= {least:g}", ok=value >= least)
