"""How the machinery is doing."""
