"""What can go wrong where evidence is read."""

from governance.errors import GovernanceError


class EvidenceError(GovernanceError):
    """A source cannot be read at all. What it said before still counts; nothing expires."""

    kind = "evidence"


class ExtraMissingError(EvidenceError):
    """A library that this source needs is not installed."""

    kind = "extra missing"
