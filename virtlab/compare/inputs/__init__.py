"""What a comparison is computed from."""
