"""Which refs of a Git repository count, and of what time a clone is; see `blueprints.formats.git`
for how repositories are read."""
