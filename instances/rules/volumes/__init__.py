"""What EBS allows of a volume, and how fast it is at a moment."""
