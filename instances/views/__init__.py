"""Pages of the cloud side."""
