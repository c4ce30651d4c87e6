"""Finds the browser that the tests drive; as root on Debian it installs one: `python -m virtlab.platform.browser`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_PATHS = ("Google Chrome.app/Contents/MacOS/Google Chrome", "Chromium.app/Contents/MacOS/Chromium")
PACKAGES = ("chromium", "fonts-ipaexfont-gothic", "fontconfig")
# Headless, as root in a container, and without calls home.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
HELP = """\
The tests drive a real browser and found none. One of these helps:
  as root on Debian or Ubuntu:  apt-get install chromium fonts-ipaexfont-gothic
  any other Chromium or Chrome: put it on the PATH, or name it in CHROME_PATH
The tests that need none:       make test-quick
"""


def find_browser() -> Path | None:
    """The Chromium or Chrome to use: CHROME_PATH, else one on the PATH, else a Mac's applications."""
    if named := os.environ.get("CHROME_PATH"):
        return Path(named)
    for name in NAMES:
        if program := shutil.which(name):
            return Path(program)
    for place in (Path("/Applications"), Path.home() / "Applications"):
        for path in MAC_PATHS:
            if (place / path).exists():
                return place / path
    return None


def has_japanese_font() -> bool:
    """Whether Japanese text has glyphs: without, every one of them is drawn as an empty box."""
    if not shutil.which("fc-list"):
        return sys.platform == "darwin"
    fonts = subprocess.run(["fc-list", ":lang=ja", "file"], capture_output=True, text=True, check=False)
    return bool(fonts.stdout.strip())


def install() -> None:
    """Installs browser and font from Debian's packages, where that is possible."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *PACKAGES]):
        subprocess.run(["apt-get", "-qq", *command], check=True, env=environment, stdout=subprocess.DEVNULL)


def main() -> int:
    """0 when the tests will find a browser."""
    if not find_browser() or not has_japanese_font():
        print("Installing a browser and a Japanese font for the tests", flush=True)
        install()
    if not find_browser():
        print(HELP, file=sys.stderr)
        return 1
    if not has_japanese_font():
        print("No font with Japanese glyphs found: screenshots of Japanese pages will show boxes.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
