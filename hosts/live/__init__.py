"""The on-prem side at a moment of lab time, in a fixed number of queries whatever its size."""
