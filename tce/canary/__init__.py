"""Looks for secrets where none may be: in every form that programs write bytes in, at any depth.

A canary is a secret value that is known to whoever searches. That it is not found says something
only where a planted one is found, so every search plants one of its own in each form first.
"""
