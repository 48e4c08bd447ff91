"""Who can read what a repository says: each field's reader, and that the provider reads no secret.

What is rendered stands in Git, which holds public things only. Some of it is handed to the
provider, and some of it stands for a value that only the institution has. The second must never
meet the first: what a provider is given would otherwise be made of a secret.
"""
