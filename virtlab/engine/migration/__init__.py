"""Moving a guest: live, cold, many at once, to the cloud."""
