"""Pages of the cloud side, a room each: its views and what only that page needs."""
