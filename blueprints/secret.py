"""Secret values: asked for where they are needed, never printed, never kept in a result."""

from collections.abc import Callable

from blueprints.errors import ExpectedError


class Secret:
    """A secret value. It shows nothing of itself: not in logs, not in tracebacks, not in JSON."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = value

    def reveal(self) -> bytes:
        """The value itself, for the library that needs it; it is not to be kept."""
        return self._value

    def text(self) -> str:
        """As :meth:`reveal`, for libraries that want text (UTF-8)."""
        return self._value.decode()

    def __repr__(self) -> str:
        return "Secret(...)"

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written anywhere")


Ask = Callable[[str, str], Secret]
"""Called with a name (``pin``, ``token``, ``passphrase``) and what a person is asked for. The front
door answers from a file that ``TUTELA_<NAME>_FILE`` names, or from the terminal."""


class NoSecretError(ExpectedError):
    """Nobody is there to say it."""

    kind = "secret"


def nobody(name: str, wanted: str) -> Secret:
    """Raise: the :data:`Ask` of places where no secret may be asked for."""
    raise NoSecretError(
        f"{wanted} is needed, and there is no terminal to ask at",
        f"export TUTELA_{name.upper()}_FILE=FILE",
    )


def once(ask: Ask, *names: str) -> Ask:
    """Return `ask` that asks a person once for each of these, and remembers the answer.

    Only for what is the same whoever asks (a PIN, a token): two files may have one name and two
    passphrases.
    """
    known: dict[tuple[str, str], Secret] = {}

    def remembered(name: str, wanted: str) -> Secret:
        if name not in names:
            return ask(name, wanted)
        if (name, wanted) not in known:
            known[name, wanted] = ask(name, wanted)
        return known[name, wanted]

    return remembered
