"""The estate on hosts of one's own: as it is, moved together, on new ones, and a server a workload."""
