"""Which tutela this is, as its installed package says."""

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed


def version() -> str:
    """The installed version; `unknown` where the files run without being installed."""
    try:
        return installed("tutela")
    except PackageNotFoundError:
        return "unknown"
