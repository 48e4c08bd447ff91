"""Trusted environments: isolation that is proved, keys that only the institution holds."""
