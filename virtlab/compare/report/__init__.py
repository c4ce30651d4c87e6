"""The comparison's result and what explains it."""
