"""Options that commands of keys share, and the desk that they work at."""

from tce.keys.options.cli import Folder, Identities, Ordered, Place, Shares, Sign, desk

__all__ = ["Folder", "Identities", "Ordered", "Place", "Shares", "Sign", "desk"]
