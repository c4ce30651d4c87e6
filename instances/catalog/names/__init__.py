"""Names of instance types taken apart and checked."""
