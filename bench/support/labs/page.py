"""Makes a lab from an inventory in an empty database; tells its address and a session that may enter it."""

import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "virtlab.settings")
VISITOR = "the-bench"


def main(path: Path) -> str:
    """`slug session`."""
    django.setup()
    from django.contrib.sessions.backends.db import SessionStore

    from hosts.inventory.reading import read_file
    from hosts.inventory.write import create_estate
    from virtlab.labs.access import SESSION_KEY
    from virtlab.labs.models import Lab
    from virtlab.platform.prepare import prepare

    prepare()
    lab = Lab.objects.create(name="RVTools estate", visitor_token=VISITOR)
    create_estate(lab, read_file(path, path.name).inventory)
    session = SessionStore()
    session[SESSION_KEY] = VISITOR
    session.save()
    return f"{lab.slug} {session.session_key}"


if __name__ == "__main__":
    sys.stdout.write(f"{main(Path(sys.argv[1]))}\n")
