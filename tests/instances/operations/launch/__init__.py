"""Launching instances: what is refused, its steps in time, and what comes of one that failed."""
