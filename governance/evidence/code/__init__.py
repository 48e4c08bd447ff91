"""Commits of training code that still exist, so that a run could be repeated."""
