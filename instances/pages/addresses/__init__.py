"""Elastic IPs: their list."""
