"""Hypervisors: what each takes of its host, can change, lacks."""
