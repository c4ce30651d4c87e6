"""What is asked of hosts and instances, and what they give."""
