"""Requests to start operations, one or many at once: asked, prepared, started."""
