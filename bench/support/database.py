"""A scratch database for a bench: import this before any model, then call `migrate`."""

import atexit
import os
import shutil
import tempfile

import django
from django.conf import settings

from bench.support import migrated

FOLDER = tempfile.mkdtemp(prefix="virtlab-bench-")
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
os.environ |= {
    "DATABASE_URL": f"sqlite:///{FOLDER}/db.sqlite3",
    "VIRTLAB_VAR": FOLDER,
    "DJANGO_SETTINGS_MODULE": "virtlab.settings",
}
django.setup()


def migrate() -> None:
    """Makes the empty tables; pages made in this process name their style sheets as they are in the sources."""
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    migrated.migrate()
