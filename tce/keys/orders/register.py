"""That an order is carried out once.

Where OpenBao answers, its KV engine remembers: a nonce is created, never overwritten. What was
begun and not finished may go on with the same order while it is in force (a machine stops, a
network breaks); what is done is done.
"""

from pathlib import Path
from typing import Literal, Protocol

from tce.keys.ceremony import records
from tce.keys.errors import RefusedError
from tce.keys.orders.approval import Approved

State = Literal["begun", "done"]


class Register(Protocol):
    """Remembers orders."""

    def begin(self, approved: Approved) -> bool:
        """Note that it begins; True if it had begun before and never ended.

        Raises:
            RefusedError: it was carried out.
        """
        ...

    def done(self, approved: Approved) -> None:
        """Note that it ended."""
        ...


class Versions(Protocol):
    """What is needed of a KV engine, version 2."""

    def create(self, path: str, data: dict[str, str]) -> bool:
        """Write where nothing was ever written; False if something was."""
        ...

    def read(self, path: str) -> dict[str, str]:
        """Its current version."""
        ...

    def replace(self, path: str, data: dict[str, str]) -> None:
        """Write the version after the first; refused where another did."""
        ...


class KvRegister:
    """In OpenBao: ``orders/<nonce>``."""

    def __init__(self, versions: Versions) -> None:
        self._versions = versions

    def begin(self, approved: Approved) -> bool:
        """As :class:`Register`."""
        order = approved.order
        said = {"digest": order.digest, "state": "begun", "verb": order.verb}
        if self._versions.create(_path(approved), said):
            return False
        found = self._versions.read(_path(approved))
        if found.get("digest") != order.digest or found.get("state") != "begun":
            raise used(approved)
        return True

    def done(self, approved: Approved) -> None:
        """As :class:`Register`."""
        order = approved.order
        said = {"digest": order.digest, "state": "done", "verb": order.verb}
        self._versions.replace(_path(approved), said)


class RecordRegister:
    """By the records of ceremonies alone, where OpenBao cannot be asked: for escrow and the root.

    It knows what was finished and written down in this clone of the repository, no more.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, approved: Approved) -> bool:
        """As :class:`Register`; never True: nothing is remembered of what did not end."""
        found = records.of_order(self._folder, approved.order.digest)
        if found is not None:
            raise used(approved, found)
        return False

    def done(self, approved: Approved) -> None:
        """Nothing: the record is what remembers."""


def used(approved: Approved, record: str | None = None) -> RefusedError:
    """What is said of an order that comes again."""
    where = f" (ceremony {record})" if record else ""
    return RefusedError(
        f"the order to {approved.order.verb} {approved.order.target} was carried out{where}: "
        "an order is used once"
    )


def _path(approved: Approved) -> str:
    return f"orders/{approved.order.nonce}"
