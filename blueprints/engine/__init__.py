"""Any blueprint's way from a specification to a repository, and through later versions of it."""
