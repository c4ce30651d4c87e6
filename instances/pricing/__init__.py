"""What the cloud costs and draws."""
