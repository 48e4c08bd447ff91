"""Bringing a rendered repository to a new version, with what its people changed in it."""
