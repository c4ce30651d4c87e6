"""The region: zones with their instances as cards, live."""
