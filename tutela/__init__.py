"""Guardianship for what institutions train and serve on a shared supercomputer."""

from tutela.track import hugging_face_callback, lightning_callback, track

__all__ = ["__version__", "hugging_face_callback", "lightning_callback", "track"]

__version__ = "0.1.0"
