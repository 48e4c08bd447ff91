"""Terraform and OpenTofu: what the modules of a repository declare, use and hand to each other."""
