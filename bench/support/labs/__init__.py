"""Labs that benches make without a file."""
