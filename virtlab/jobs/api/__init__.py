"""Jobs and operations over REST."""
