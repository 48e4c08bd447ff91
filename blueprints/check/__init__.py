"""What CI runs on a repository: rules, each of them one module."""
