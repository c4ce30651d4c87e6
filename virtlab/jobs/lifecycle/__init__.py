"""How jobs come into being, begin and end."""
