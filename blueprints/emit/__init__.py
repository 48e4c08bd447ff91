"""Serializers: every list, condition or user text of a rendered file goes through one of these."""
