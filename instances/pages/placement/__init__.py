"""Placement groups: their list."""
