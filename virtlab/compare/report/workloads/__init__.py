"""Every workload of a report: its row, its watts and its columns."""
