"""Tests of what the cloud costs and draws."""
