"""How long operations take."""
