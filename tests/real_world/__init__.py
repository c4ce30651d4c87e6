"""What operations are called outside the laboratory."""
