"""Files as they come, read cell by cell."""
