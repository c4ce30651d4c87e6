"""Writes of the on-prem side."""
