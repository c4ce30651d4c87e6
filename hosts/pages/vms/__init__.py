"""Virtual machines and templates: their lists and the page of one."""
