"""What is left of an instance, and what can be done with it, after a fault."""
