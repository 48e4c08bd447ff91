"""What the proof needs beyond tutela's own packages, asked before any of it is imported."""

from importlib.util import find_spec

from blueprints.errors import ExpectedError

INSTALL = "pip install 'tutela[prove]'"
_PACKAGES = {"z3": "z3-solver", "numpy": "numpy"}


class NoSolverError(ExpectedError):
    """There is nothing that could prove."""

    kind = "no solver"


def missing() -> tuple[str, ...]:
    """Names of the packages that are not installed."""
    return tuple(name for module, name in _PACKAGES.items() if find_spec(module) is None)


def need() -> None:
    """Raise :class:`NoSolverError` where one is missing."""
    if missing():
        raise NoSolverError(f"not installed: {', '.join(missing())}", INSTALL)
