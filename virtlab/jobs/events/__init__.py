"""The stream of events that open pages follow."""
