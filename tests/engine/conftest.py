"""Property tests without a deadline: how fast the machine is says nothing about the engine's answers."""

from hypothesis import settings

settings.register_profile("engine", deadline=None)
settings.load_profile("engine")
