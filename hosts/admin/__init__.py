"""The on-prem side in the admin console."""

from hosts.admin.server_models import ServerModelAdmin

__all__ = ["ServerModelAdmin"]
