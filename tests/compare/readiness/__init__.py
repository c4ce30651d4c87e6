"""How ready the machines of an estate are."""
