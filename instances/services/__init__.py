"""Writes of the cloud side."""
