"""Any two hypervisors side by side under the same load."""
