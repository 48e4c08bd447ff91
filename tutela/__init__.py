"""Guardianship for what institutions train and serve on a shared supercomputer."""

__version__ = "0.1.0"
