"""Pins: somebody signs that something stays, whatever the policy says."""
