"""Providers for Terraform without any cloud: schemas, and a server that speaks the protocol."""
