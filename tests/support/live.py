"""A running VirtLab for tests (fixture `live_app`)."""
