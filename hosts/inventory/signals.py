"""Files do not outlive the rows that name them, whichever way those go (their lab deleted, the admin console)."""

from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver

from hosts.inventory.models import InventoryImport


@receiver(post_delete, sender=InventoryImport)
def remove_files(sender: type[InventoryImport], instance: InventoryImport, **_kwargs: Any) -> None:
    """Takes the files of a deleted import off the disk."""
    instance.remove_files()
