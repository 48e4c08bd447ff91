"""What can go wrong in governance that a user can mend."""

from blueprints.errors import ExpectedError


class GovernanceError(ExpectedError):
    """Base of every expected failure in this room."""
