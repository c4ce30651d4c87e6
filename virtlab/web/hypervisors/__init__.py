"""Hypervisors side by side under the same load: what both sides' pages ask, compute and show."""
