"""What goes wrong around canaries."""

from blueprints.errors import ExpectedError


class CanaryError(ExpectedError):
    """A canary that cannot be looked for: none, too short, a file that cannot be read."""

    kind = "canary"
