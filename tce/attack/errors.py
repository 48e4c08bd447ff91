"""What goes wrong around an attack."""

from blueprints.errors import ExpectedError


class AttackError(ExpectedError):
    """Nothing to attack, nothing to look for, or a key that cannot be read."""

    kind = "attack"
