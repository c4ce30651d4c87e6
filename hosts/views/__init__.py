"""Pages of the on-prem side, a module for each kind."""
