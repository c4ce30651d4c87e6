"""Line items, and the bill of each side."""
