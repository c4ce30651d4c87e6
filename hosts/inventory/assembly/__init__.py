"""The rows of a file brought together into one inventory."""
