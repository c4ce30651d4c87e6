"""The cloud side in the admin console."""

from instances.admin import account, catalog

__all__ = ["account", "catalog"]
