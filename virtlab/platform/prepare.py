"""Brings the database, the catalogs and the static files up to date: `python -m virtlab.platform.prepare`."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

# Each is harmless to repeat, but takes seconds: they run when their data or the loaded catalog has changed.
LOADERS = ("load_catalog", "load_server_models")


def prepare() -> None:
    """Migrates, loads the catalogs, collects the static files; quick where there is nothing to do."""
    call_command("migrate", interactive=False, verbosity=1)
    load_catalogs()
    collect_static()


def load_catalogs() -> bool:
    """Runs the loaders; does nothing, and says False, where the last run of this folder left just what is there."""
    stamp = settings.VAR_DIR / "run" / "catalogs"
    data = _state(path for app in apps.get_app_configs() for path in Path(app.path).glob("catalog/**/*"))
    if stamp.is_file() and stamp.read_text(encoding="ascii") == f"{data} {_loaded_version()}":
        return False
    for command in LOADERS:
        call_command(command)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(f"{data} {_loaded_version()}", encoding="ascii")
    return True


def collect_static() -> bool:
    """Collects and compresses the static files; does nothing, and says False, where none has changed since."""
    root = Path(settings.STATIC_ROOT)
    stamp = root / ".collected"
    state = _state(_static_files())
    if stamp.is_file() and stamp.read_text(encoding="ascii") == state:
        return False
    root.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(state, encoding="ascii")
    return True


def _loaded_version() -> str:
    """The catalog's version in the database at hand, random per load: "" in a database that was never loaded."""
    version = apps.get_model("instances", "CatalogVersion").objects.first()
    return str(version.token) if version else ""


def _static_files() -> Iterator[Path]:
    folders = [Path(folder) for folder in settings.STATICFILES_DIRS]
    folders += [Path(app.path) / "static" for app in apps.get_app_configs()]
    for folder in folders:
        yield from folder.rglob("*")


def _state(paths: Iterable[Path]) -> str:
    """A digest of the files' names, sizes and times."""
    digest = hashlib.sha256()
    for path in sorted(path for path in paths if path.is_file() and path.suffix != ".pyc"):
        status = path.stat()
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "virtlab.settings")
    django.setup()
    prepare()
