"""Measured and assumed demand."""
