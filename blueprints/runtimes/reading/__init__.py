"""Readers of what runtimes run: scripts, pods. Nothing here knows a writer."""
