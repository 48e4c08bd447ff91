"""That an order is carried out once.

Where OpenBao answers, its KV engine remembers: a nonce is created, never overwritten. What was
begun and not finished may go on with the same order while it is in force (a machine stops, a
network breaks); what is done is done.
"""

from pathlib import Path
from typing import Literal, Protocol

from tce.keys.bao import kv
from tce.keys.bao.client import Bao
from tce.keys.bao.errors import ConflictError
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


class KvRegister:
    """In OpenBao: ``orders/<nonce>`` of a KV engine."""

    def __init__(self, bao: Bao, mount: str) -> None:
        self._bao = bao
        self._mount = mount

    def begin(self, approved: Approved) -> bool:
        """As :class:`Register`.

        Raises:
            RefusedError: it was carried out.
            BaoError: OpenBao cannot be asked: nothing is begun then.
        """
        try:
            kv.put(self._bao, self._mount, _path(approved), _said(approved, "begun"), after=0)
        except ConflictError:
            found = kv.get(self._bao, self._mount, _path(approved)).data
            if found != _said(approved, "begun"):
                raise used(approved) from None
            return True
        return False

    def done(self, approved: Approved) -> None:
        """As :class:`Register`.

        Raises:
            BaoError: OpenBao cannot be asked; the order stays begun.
        """
        kv.put(self._bao, self._mount, _path(approved), _said(approved, "done"), after=1)


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


def _said(approved: Approved, state: State) -> dict[str, str]:
    return {"digest": approved.order.digest, "state": state, "verb": approved.order.verb}


def _path(approved: Approved) -> str:
    return f"orders/{approved.order.nonce}"
