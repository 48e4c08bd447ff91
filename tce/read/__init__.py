"""Readers of what devices are given; none shares code with what renders it."""
