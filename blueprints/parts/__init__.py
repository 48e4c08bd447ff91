"""Pieces that several blueprints are made of."""
