"""Shared responsibility as a matrix."""
