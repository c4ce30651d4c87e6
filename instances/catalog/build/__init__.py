"""How the catalogue's committed tables are made."""
