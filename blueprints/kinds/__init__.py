"""The blueprints that ship with tutela: one folder each."""
