"""The cloud account that a new lab opens with, so that no page is empty."""
