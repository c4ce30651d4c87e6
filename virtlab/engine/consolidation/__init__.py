"""The moves that leave few hosts in use."""
