"""Watts and energy, and their split."""
