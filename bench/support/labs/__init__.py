"""Labs that benches make."""
