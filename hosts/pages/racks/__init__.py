"""The racks: every host as a slab with its virtual machines in it."""
