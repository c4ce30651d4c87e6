"""`manage.py write_glossary`: writes docs/glossary.md from the table of words."""

from typing import Any

from django.core.management.base import BaseCommand

from virtlab.web.glossary.document import PATH, document


class Command(BaseCommand):
    """Writes the glossary's file."""

    help = "Writes docs/glossary.md from virtlab/web/glossary/."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Says where it wrote."""
        PATH.write_text(document(), encoding="utf-8")
        self.stdout.write(str(PATH))
