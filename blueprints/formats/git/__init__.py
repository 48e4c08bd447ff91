"""Reads Git repositories that nobody vouches for: their objects and refs, and nothing else.

No program `git` is run and nothing is checked out, so hooks, filters, attributes, submodules,
file system monitors and whatever else a repository's own configuration can start have no place
where they could start. The configuration is not even opened.
"""
