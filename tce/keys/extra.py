"""What keys need beyond tutela's own packages, asked before any of it is imported."""

from importlib.util import find_spec

from blueprints.errors import ExpectedError

INSTALL = "pip install 'tutela[keys]'"
_PACKAGES = {
    "cryptography": "cryptography",
    "hvac": "hvac",
    "securesystemslib": "securesystemslib",
    "shamir_mnemonic": "shamir-mnemonic",
}


class NoKeysError(ExpectedError):
    """There is nothing that could handle keys."""

    kind = "not installed"


def missing() -> tuple[str, ...]:
    """Names of the packages that are not installed."""
    return tuple(name for module, name in _PACKAGES.items() if find_spec(module) is None)


def need() -> None:
    """Raise :class:`NoKeysError` where one is missing."""
    if missing():
        raise NoKeysError(f"not installed: {', '.join(missing())}", INSTALL)
