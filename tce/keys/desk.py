"""Where a ceremony is held: the repository, its officers, OpenBao, and who signs the record.

    with hold(desk, "shred", "genomes", order, signers, bao) as ceremony:
        ...
        ceremony.step("transit key", "destroyed")

What needs an order is not begun without one. A ceremony that fails is written down too.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from securesystemslib.signer import Signer

from blueprints.errors import ExpectedError
from blueprints.secret import Ask
from tce.custody.custody import Custody
from tce.keys.bao import where
from tce.keys.bao.client import Bao
from tce.keys.ceremony.ceremony import Ceremony, begin
from tce.keys.errors import CustodyError
from tce.keys.orders import approval, officers
from tce.keys.orders.officers import Officers
from tce.keys.orders.register import KvRegister, RecordRegister, Register
from tce.keys.root.kept import Keeper
from tce.keys.signers import signer
from tce.keys.uri import parse

_LARGEST = 1 << 20


@dataclass(frozen=True)
class Desk:
    """What every ceremony of an environment has at hand."""

    folder: Path
    """The rendered repository."""
    ask: Ask
    environ: Mapping[str, str]
    now: datetime
    random: Callable[[int], bytes]
    _started: float = field(default_factory=time.monotonic)

    @cached_property
    def officers(self) -> Officers:
        """Who may approve.

        Raises:
            ExpectedError: the specification cannot be read.
        """
        return officers.read(self.folder)

    @cached_property
    def custody(self) -> Custody:
        """What the environment's OpenBao holds.

        Raises:
            CustodyError: the repository does not say.
        """
        return where.custody(self.folder)

    @property
    def later(self) -> datetime:
        """The time now: when the command started, and what has gone by since."""
        return self.now + timedelta(seconds=time.monotonic() - self._started)

    def bao(self, *, login: bool = True) -> Bao:
        """The institution's OpenBao.

        Raises:
            CustodyError: its address is not known, or nobody says a token.
        """
        return where.find(self.ask, self.environ, self.folder, login=login)

    def keeper(self, place: Path) -> Keeper:
        """The root that is kept in `place`."""
        return Keeper(place, self.officers.environment, self.ask, self.environ)

    def signers(self, uris: Sequence[str]) -> list[Signer]:
        """Who signs the record: these keys, or the environment's evidence key in OpenBao.

        Raises:
            CustodyError: a key cannot be found or reached.
        """
        chosen = list(uris) or [f"bao://{self.custody.evidence}"]
        return [signer(parse(one), self.ask, self.environ, self.folder) for one in chosen]

    def register(self, bao: Bao | None) -> Register:
        """What remembers orders: OpenBao, or the records alone where it cannot be asked."""
        if bao is None:
            return RecordRegister(self.folder)
        return KvRegister(bao, self.custody.headers)


@contextmanager
def hold(
    desk: Desk,
    verb: str,
    target: str,
    order: Path | None,
    signers: Sequence[Signer],
    bao: Bao | None,
) -> Iterator[Ceremony]:
    """Yield a ceremony that `order` allows; its record is written when the block ends.

    Args:
        desk: where.
        verb: what is done.
        target: to what, as the order calls it.
        order: the file; None is refused, with what to type.
        signers: who signs the record.
        bao: what remembers that the order was carried out; None: the records alone.

    Raises:
        RefusedError: no order, too few approvals, or one that was carried out.
        CustodyError: the record cannot be written.
    """
    if order is None:
        raise approval.missing(verb, target, desk.officers)
    approved = approval.require(read(order), verb, target, desk.officers, desk.now)
    ceremony = begin(
        desk.folder, verb, target, desk.officers.environment, desk.now, desk.random, approved
    )
    register = desk.register(bao)
    records = RecordRegister(desk.folder)
    records.begin(approved)
    if register.begin(approved):
        ceremony.step("order", "had begun before and never ended: it goes on")
    try:
        yield ceremony
    except ExpectedError as error:
        ceremony.step(verb, f"failed: {error}")
        try:
            ceremony.finish(desk.folder, signers, desk.later, "failed")
        except ExpectedError as unwritten:
            error.add_note(f"its record was not written: {unwritten}")
        raise
    ceremony.finish(desk.folder, signers, desk.later)
    register.done(approved)


@contextmanager
def note(desk: Desk, verb: str, target: str, signers: Sequence[Signer]) -> Iterator[Ceremony]:
    """As :func:`hold`, of what destroys and exports nothing: it needs no order."""
    ceremony = begin(desk.folder, verb, target, desk.officers.environment, desk.now, desk.random)
    yield ceremony
    ceremony.finish(desk.folder, signers, desk.later)


def read(file: Path) -> bytes:
    """Return an order's text.

    Raises:
        CustodyError: it cannot be read.
    """
    try:
        with file.open("rb") as stream:
            return stream.read(_LARGEST)
    except OSError as error:
        raise CustodyError(f"{file}: {error.strerror}") from error
