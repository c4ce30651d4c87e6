"""Copies what the pages need from the installed npm packages into static/vendor."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
STAMP = VENDOR / ".built"

PLOTLY = "plotly.js-cartesian-dist-min/plotly-cartesian.min.js"
TABLER = "@tabler/core/dist/css/tabler.min.css"
COPIES = {
    # htmx starts once it is loaded: an extension in a file of its own could come after its first look at the page.
    "htmx.js": ("htmx.org/dist/htmx.min.js", "htmx.org/dist/ext/hx-sse.min.js"),
    "plotly.js": (PLOTLY,),
}
PLOTLY_LOCALES = ("ja",)
SOURCE_MAP = re.compile(r"(//# sourceMappingURL=\S+|/\*# sourceMappingURL=.*?\*/)\s*$")


def build() -> list[Path]:
    """Writes every vendored file anew and returns their paths; raises FileNotFoundError where a package lacks one."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    for target, sources in COPIES.items():
        # Source maps are not served, and a reference to a missing file would stop collectstatic.
        parts = (SOURCE_MAP.sub("", (PACKAGES / source).read_text(encoding="utf-8")) for source in sources)
        (VENDOR / target).write_text("\n".join(parts), encoding="utf-8")
    for locale in PLOTLY_LOCALES:
        (VENDOR / f"plotly-locale-{locale}.js").write_text(_browser_locale(locale), encoding="utf-8")
    (VENDOR / "plotly.css").write_text(printed_by("plotly_css.mjs", PACKAGES / PLOTLY), encoding="utf-8")
    (VENDOR / "tabler.css").write_text(printed_by("tabler.mjs", PACKAGES / TABLER), encoding="utf-8")
    STAMP.touch()
    return sorted(path for path in VENDOR.iterdir() if path != STAMP)


def _browser_locale(locale: str) -> str:
    """The package's CommonJS module as a script that registers itself with the Plotly loaded before it."""
    module = (PACKAGES / "plotly.js-locales" / f"{locale}.js").read_text(encoding="utf-8")
    return f"(function () {{\nvar module = {{}};\n{module}\nPlotly.register(module.exports);\n}})();\n"


def printed_by(script: str, file: Path) -> str:
    """What one of our scripts for Node prints about a file."""
    command = [str(ROOT / "tools" / "npm.sh"), "node", str(Path(__file__).with_name(script)), str(file)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    written = build()
    sys.stdout.write(
        f"static/vendor: {len(written)} files, {sum(path.stat().st_size for path in written) // 1024} KiB\n"
    )
