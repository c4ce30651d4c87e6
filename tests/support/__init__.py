"""Helpers of the tests: a running VirtLab and a browser on it."""
