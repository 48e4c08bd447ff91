"""Sealed objects: sealing, opening, and what happens to their headers over the years."""
