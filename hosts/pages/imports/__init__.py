"""The import: choose a file, see what was understood of it, accept or discard it."""
