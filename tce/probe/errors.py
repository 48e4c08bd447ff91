"""Why packets cannot be sent here; nothing was shown then, and nothing was refuted."""

from blueprints.errors import ExpectedError


class ProbeError(ExpectedError):
    """A program is missing, the kernel refuses, or the harness itself does not pass packets."""

    kind = "probe"
