"""What several rules about trusted environments need to know of a repository."""
