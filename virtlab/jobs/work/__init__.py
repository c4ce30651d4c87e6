"""Real work: what takes a worker's time instead of the lab's."""
