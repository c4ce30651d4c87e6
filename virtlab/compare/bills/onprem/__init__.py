"""The bill of servers of one's own."""
