"""The instance types that hold a workload."""
