"""One body on its way: from plaintext to its place, and back. Memory is bounded at any size."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from blueprints.display import size
from blueprints.secret import Secret
from governance.sealed.manifest import Part
from governance.store.multipart import ChangedError
from tce.age import body, header
from tce.age.keys import X25519Recipient
from tce.age.stanza import Random
from tce.seal import journal
from tce.seal.errors import ExistsError, PlaceError
from tce.seal.manifests import new_id
from tce.seal.place import Incoming, Outgoing, Place

Progress = Callable[[str], None]


class Digest(Protocol):
    """`hashlib.sha256()`."""

    def update(self, data: memoryview, /) -> None:
        """Take more bytes."""


def silent(_: str) -> None:
    """Tell nobody."""


def told(digest: Digest, progress: Progress, what: str) -> Callable[[memoryview], None]:
    """Return what takes the bytes of a body: for its digest, and for a person who waits."""
    done = 0

    def take(data: memoryview) -> None:
        nonlocal done
        digest.update(data)
        done += len(data)
        progress(f"{what}: {size(done)}")

    return take


@dataclass(frozen=True)
class Target:
    """Where a body goes."""

    place: Place
    object: str
    """What it is of."""
    name: str | None
    """Of the file, with its header before the body; None: the body's id, and no header."""
    replace: bool
    resume: Path | None = None
    """Folder of transfers that go on; None: what is cut off is given up."""

    @property
    def key(self) -> str:
        """The same for every run that seals the same to the same place."""
        return f"{self.place.uri} {self.name or self.object}"


@dataclass(frozen=True)
class Sent:
    """A body that is written, and not yet complete."""

    id: str
    header: bytes
    body: Part
    plain: int
    """Bytes."""
    uri: str
    """Where it will lie."""


class Sending:
    """Seals `incoming` to a target: :meth:`send`, then :meth:`complete` once all else is ready.

    A context: what was not completed is given up, or left for a later run where one is to go on.
    """

    def __init__(
        self,
        incoming: Incoming,
        target: Target,
        recipients: Sequence[X25519Recipient],
        random: Random,
        progress: Progress = silent,
    ) -> None:
        self._incoming, self._target, self._recipients = incoming, target, recipients
        self._random, self._progress = random, progress
        self._file = (
            journal.path(target.resume, target.key)
            if target.resume is not None and target.place.resumes
            else None
        )
        self._journal: journal.FileJournal | None = None
        self._writer: Outgoing | None = None

    def send(self) -> Sent:
        """Encrypt and write everything.

        Raises:
            PlaceError: the source is not as long as it was, or changed since its transfer began.
            StoreError: it cannot be written.
        """
        begun = self._begun()
        target = self._target
        name = target.name or begun.id
        ahead = begun.header if target.name else b""
        self._writer = writer = self._begin(name, len(ahead))
        digest = hashlib.sha256()
        with self._unchanged():
            writer.write(ahead)
            amounts = body.seal(
                begun.file_key,
                self._incoming,
                writer,
                # Of a transfer that goes on: the same bytes once more.
                lambda _: begun.nonce,
                watch=told(digest, self._progress, f"sealing {target.object}"),
            )
        if amounts.plain != self._incoming.size:
            raise PlaceError(f"{target.object} changed while it was sealed")
        sealed = Part(size=amounts.sealed, sha256=digest.hexdigest())
        return Sent(begun.id, begun.header, sealed, amounts.plain, target.place.uri_of(name))

    def _begin(self, name: str, ahead: int) -> Outgoing:
        target = self._target
        try:
            return target.place.writer(
                name,
                expected=ahead + body.sealed_size(self._incoming.size),
                replace=target.replace,
                journal=self._journal,
            )
        except ExistsError as error:
            if target.name is None and self._journal is not None:
                # Cut off between the last part and the record, which is put after it.
                raise PlaceError(
                    f"{target.place.uri_of(name)} is whole, and no record names it",
                    f"rm {self._file}",
                ) from error
            raise

    def complete(self) -> None:
        """Make it appear.

        Raises:
            ExistsError: something is there meanwhile.
            PlaceError: it changed since its transfer began.
            StoreError: it cannot be made.
        """
        if self._writer is None:
            raise RuntimeError("send() comes first")
        with self._unchanged():
            self._writer.complete()
        if self._journal is not None:
            self._journal.end()

    @contextmanager
    def _unchanged(self) -> Iterator[None]:
        try:
            yield
        except ChangedError as error:
            raise PlaceError(
                f"{self._target.object} changed since its transfer began: it cannot go on",
                f"rm {self._file}",
            ) from error

    def _begun(self) -> journal.Begun:
        target = self._target
        keys = tuple(str(one) for one in self._recipients)
        if self._file is not None and (found := journal.load(self._file)) is not None:
            self._journal = found
            if (found.begun.key, found.begun.recipients) != (target.key, keys):
                raise PlaceError(
                    f"{target.object}: its transfer was begun to other recipients",
                    f"rm {self._file}",
                )
            return found.begun
        file_key = header.new_key(self._random)
        begun = journal.Begun(
            target.key,
            new_id(self._random),
            keys,
            self._incoming.size,
            header.write(file_key, self._recipients, self._random),
            file_key,
            self._random(body.NONCE),
        )
        if self._file is not None:
            self._journal = journal.begin(self._file, begun)
        return begun

    def __enter__(self) -> "Sending":
        return self

    def __exit__(self, *error: object) -> None:
        """Give up what was not completed."""
        try:
            if self._writer is not None:
                self._writer.__exit__(*error)
        finally:
            if self._journal is not None:
                self._journal.close()


def receive(
    file_key: Secret,
    incoming: Incoming,
    outgoing: Outgoing,
    expected: Part | None,
    name: str,
    progress: Progress = silent,
) -> tuple[Part, int]:
    """Decrypt a body into `outgoing`, which the caller completes once everything fits.

    Returns what was read, and the bytes of the plaintext.

    Raises:
        BodyError: it is not what was sealed.
        StoreError, PlaceError: it cannot be read or written.
    """
    digest = hashlib.sha256()
    amounts = body.open(
        file_key,
        incoming,
        outgoing,
        watch=told(digest, progress, f"opening {name}"),
        size=expected.size if expected else None,
        name=name,
    )
    return Part(size=amounts.sealed, sha256=digest.hexdigest()), amounts.plain
