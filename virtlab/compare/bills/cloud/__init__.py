"""The bill of a cloud, line by line."""
