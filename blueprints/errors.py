"""The error that every room raises for something a user can mend."""


class ExpectedError(Exception):
    """A failure that is not a bug: the front door prints it as one line and its notes as hints.

    The message is lower case, names the thing and has no full stop; every remedy that can be
    typed is added with :meth:`BaseException.add_note`.
    """

    exit_code = 1
    kind = "failed"

    def __init__(self, message: str, *hints: str) -> None:
        super().__init__(message)
        for hint in hints:
            self.add_note(hint)

    @property
    def messages(self) -> tuple[str, ...]:
        """Every line to show: one for most errors, one per mistake for a file with several."""
        return (str(self),)
