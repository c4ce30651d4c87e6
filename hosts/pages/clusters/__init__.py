"""Clusters and datastores: their lists and the page of each."""
