"""How the catalog's committed tables are made."""
