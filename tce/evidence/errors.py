"""What goes wrong around evidence."""

from blueprints.errors import ExpectedError


class EvidenceError(ExpectedError):
    """A record or a pack that cannot be made or understood."""

    kind = "evidence"


class DeadControlError(EvidenceError):
    """The crosswalk names a control that its catalogue does not have, or nothing at all."""

    kind = "dead control"
