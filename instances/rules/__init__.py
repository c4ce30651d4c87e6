"""What is allowed and what fits, and why not."""
