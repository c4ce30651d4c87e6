"""What each VM needs, and the type that holds it."""
