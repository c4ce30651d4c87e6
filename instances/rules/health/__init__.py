"""How the cloud sees that an instance is well, and what it does when it is not."""
