"""The policy language: read, checked, tested and compared."""
