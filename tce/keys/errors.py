"""What goes wrong around keys."""

from blueprints.errors import ExpectedError


class CustodyError(ExpectedError):
    """A key that cannot be found, reached or used."""

    kind = "custody"


class RefusedError(CustodyError):
    """Something that is not done: too few approvals, a policy too wide, an order used before."""

    kind = "refused"
