"""What the result depends on: one assumption at a time, and all of them together."""
