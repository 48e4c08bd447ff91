"""Writes a lineage: for people, and in the forms of the provenance standards."""
