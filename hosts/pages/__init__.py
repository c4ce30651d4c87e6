"""Pages of the on-prem side, a room each: its views and what only that page needs."""
