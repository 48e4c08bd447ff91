"""Schemas: of Kubernetes itself, of the kinds that blueprints write, of CRDs that are given."""
