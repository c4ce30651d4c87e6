"""Pages of labs and accounts."""
