"""What a lab has in the cloud at a moment of lab time."""
