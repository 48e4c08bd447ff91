"""What the front door reads of the world and hands to every command."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from blueprints.secret import Ask, nobody
from blueprints.signer import SignWith, unsigned
from blueprints.supply.place import OpenStore, no_store


@dataclass(frozen=True)
class Front:
    """The clock, the environment and the terminal, read once; the rooms never look for themselves.

    Commands get it as ``ctx.obj``.
    """

    now: datetime
    """When the command started; UTC."""
    json: bool
    """The result is printed as JSON."""
    tty: bool
    """Results go to a terminal."""
    environ: Mapping[str, str]
    progress: Callable[[str], None]
    """Shows one line of status to a person who waits. Cheap: it may be called for every row."""
    secret: Ask = nobody
    """Asks for a secret value: a file that the environment names, or the terminal."""
    signer: SignWith = unsigned
    """Whoever signs with a key; its PIN, passphrase or token is asked for by :attr:`secret`."""
    store: OpenStore = no_store
    """Opens the prefix of a bucket that a model is mirrored from or to."""
