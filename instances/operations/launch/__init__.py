"""Launching instances."""
