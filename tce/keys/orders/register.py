"""That an order is carried out once.

Where OpenBao answers, its KV engine remembers: a nonce is created, never overwritten. What was
begun and not finished may go on with the same order while it is in force (a machine stops, a
network breaks); what is done is done.
"""

from pathlib import Path
from typing import Protocol

from tce.keys.bao import kv
from tce.keys.bao.client import Bao
from tce.keys.bao.errors import ConflictError, DeniedError, MissingError
from tce.keys.ceremony import records
from tce.keys.errors import RefusedError
from tce.keys.orders.approval import Approved


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


class KvRegister:
    """In OpenBao: ``orders/<nonce>`` of a KV engine, and ``orders/<nonce>-done`` at the end.

    Both are created and never written again: no policy of an environment allows more.
    """

    def __init__(self, bao: Bao, mount: str) -> None:
        self._bao = bao
        self._mount = mount

    def begin(self, approved: Approved) -> bool:
        """As :class:`Register`.

        Raises:
            RefusedError: it was carried out.
            BaoError: OpenBao cannot be asked: nothing is begun then.
        """
        if self._create(_begun(approved), approved):
            return False
        found = kv.get(self._bao, self._mount, _begun(approved)).data
        if found != _said(approved) or self._ended(approved):
            raise used(approved)
        return True

    def done(self, approved: Approved) -> None:
        """As :class:`Register`.

        Raises:
            BaoError: OpenBao cannot be asked; the order stays begun.
        """
        self._create(_done(approved), approved)

    def _ended(self, approved: Approved) -> bool:
        return self._there(_done(approved))

    def _there(self, path: str) -> bool:
        try:
            kv.get(self._bao, self._mount, path)
        except MissingError:
            return False
        return True

    def _create(self, path: str, approved: Approved) -> bool:
        """Write where nothing was ever written; False if something was."""
        try:
            kv.put(self._bao, self._mount, path, _said(approved), after=0)
        except ConflictError:
            return False
        except DeniedError:
            # So OpenBao says to whoever may create and not update, where something is.
            if not self._there(path):
                raise
            return False
        return True


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


def _said(approved: Approved) -> dict[str, str]:
    return {"digest": approved.order.digest, "verb": approved.order.verb}


def _begun(approved: Approved) -> str:
    return f"orders/{approved.order.nonce}"


def _done(approved: Approved) -> str:
    return f"orders/{approved.order.nonce}-done"
