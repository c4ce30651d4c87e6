"""What the REST API of every app shares."""
