"""Instance types: the explorer and the page of one."""
