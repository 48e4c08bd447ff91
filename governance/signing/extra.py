"""What signatures need beyond tutela's own packages, asked before any of it is imported."""

from importlib.util import find_spec

from governance.errors import GovernanceError

INSTALL = "pip install 'tutela[keys]'"
PACKAGES = ("cryptography", "securesystemslib")


class NoSignaturesError(GovernanceError):
    """Nothing here could make or verify one."""

    kind = "not installed"


def need() -> None:
    """Raise :class:`NoSignaturesError` where a package is missing."""
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        raise NoSignaturesError(f"not installed: {', '.join(missing)}", INSTALL)
