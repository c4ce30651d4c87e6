"""What the on-prem side costs."""
