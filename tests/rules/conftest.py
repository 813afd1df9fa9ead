"""Properties of the rule core are about what is found, never about how fast a machine is."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
