"""Operating systems: what a name says of one, until when its maker supports it, and whether EC2 runs it."""
