"""Writes of the on-prem side."""

from hosts.inventory.estate import apply_traces, clear_estate, create_estate

__all__ = ["apply_traces", "clear_estate", "create_estate"]
