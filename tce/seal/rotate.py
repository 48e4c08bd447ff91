"""Rotation: headers are wrapped anew for other recipients, and no body moves.

It takes nothing away from anybody: whoever ever held an older header of an object and an identity
that opened it, or the file key itself, opens the body as before. That is `tce.seal.revoke`'s.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from securesystemslib.signer import Signer

from blueprints.errors import ExpectedError
from governance.sealed.manifest import Manifest
from tce.age import header
from tce.age.stanza import Identity, Random
from tce.seal import manifests
from tce.seal.errors import SealError
from tce.seal.headers import checked
from tce.seal.headers.errors import HeadersError
from tce.seal.headers.store import Change, HeaderStore, Record, Refused
from tce.seal.manifests import Senders
from tce.seal.recipients import Recipients

NOT_REVOKED = (
    "this revokes nobody: whoever ever held an older header and its identity, or a file key, opens "
    "these bodies as before"
)

Only = Callable[[Manifest], bool]
"""Whether an object is meant."""


@dataclass(frozen=True)
class Author:
    """Who says so: signs the manifests of the new versions."""

    name: str
    """As the institution calls them: `Manifest.sender`."""
    signer: Signer
    senders: Senders
    """Whose manifests are believed, and so are signed anew: the author's own among them."""


@dataclass(frozen=True)
class Rotated:
    """What a rotation did."""

    where: str
    recipients: tuple[str, ...]
    epoch: int
    rotated: int
    already: int
    """Objects that had exactly these recipients and this epoch."""
    refused: tuple[Refused, ...] = field(default=())
    """Objects that are as they were, and why."""

    @property
    def exit_code(self) -> int:
        """1 where all are as they were, 4 where some are."""
        if self.refused and not self.rotated and not self.already:
            return 1
        return 4 if self.refused else 0

    def __str__(self) -> str:
        lines = [
            f"{self.rotated} headers in {self.where} wrapped for {len(self.recipients)} recipients "
            f"(epoch {self.epoch}); no body moved",
            *([f"{self.already} had these recipients already"] if self.already else []),
            *(f"as before: {one.name}: {one.error}" for one in self.refused),
            NOT_REVOKED,
            "  tutela tce revoke --reencrypt    seals the bodies anew, and removes the older ones",
        ]
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/rotation/v1``."""
        return {
            "schema": "tutela/rotation/v1",
            "where": self.where,
            "recipients": list(self.recipients),
            "epoch": self.epoch,
            "rotated": self.rotated,
            "already": self.already,
            "refused": [one.as_json() for one in self.refused],
            "left": NOT_REVOKED,
        }


@dataclass(frozen=True)
class _Wrapped:
    record: Record
    said: Manifest
    header: bytes | None
    """The new one; None: it has these recipients already."""


def rotate(
    store: HeaderStore,
    names: Sequence[str] | None,
    identities: Sequence[Identity],
    recipients: Recipients,
    author: Author,
    random: Random,
    only: Only | None = None,
) -> Rotated:
    """Wrap the headers of `names` (None: of every object) for `recipients`, and for nobody else.

    Each object is changed for itself: after a crash it has the old or the new header. A run that
    was cut off is repeated, and finds what is done already.

    Args:
        recipients: the escrow's among them.
        identities: open the present headers.
        only: of these objects alone; the others are not spoken of.

    Raises:
        SealError: the author is not among the senders who are believed.
        ExpectedError: the store or the author's key cannot be used.
    """
    known(author)
    texts = recipients.texts
    already = 0
    refused: list[Refused] = []
    wrapped = 0

    def wrap(record: Record) -> _Wrapped | Refused | None:
        """None: it is not meant."""
        try:
            said = checked.manifest(record, author.senders)
            if only is not None and not only(said):
                return None
            if said.recipients == texts and said.epoch == recipients.epoch:
                return _Wrapped(record, said, None)
            file_key = header.open(checked.read(record), identities)
            return _Wrapped(record, said, header.write(file_key, recipients.keys, random))
        except ExpectedError as error:
            return Refused(record.name, error)

    def changes() -> Iterator[Change]:
        nonlocal already, wrapped
        for found in map(wrap, _records(store, names, refused)):
            if isinstance(found, Refused):
                refused.append(found)
            elif found is not None and found.header is None:
                already += 1
            elif found is not None:
                wrapped += 1
                update = {"epoch": recipients.epoch, "recipients": texts}
                yield Change(_next(found, author, update), found.record.version)

    late = store.put_all(changes())
    return Rotated(
        where=store.where,
        recipients=tuple(texts),
        epoch=recipients.epoch,
        rotated=wrapped - len(late),
        already=already,
        refused=tuple(sorted((*refused, *late), key=lambda one: one.name)),
    )


def known(author: Author) -> None:
    """Return where what `author` signs is believed afterwards.

    Raises:
        SealError: it is not: nothing would open any more.
    """
    keyid = author.signer.public_key.keyid
    if keyid not in {key.keyid for key in author.senders.values()}:
        raise SealError(
            f"{author.name}: the key that signs ({keyid[:16]}) is none of the senders that are "
            "believed, and nobody would open what it signs",
            "--sender FILE (the public key of --key)",
        )


def _records(
    store: HeaderStore, names: Sequence[str] | None, refused: list[Refused]
) -> Iterator[Record]:
    if names is None:
        yield from (one for one in store.entries(refused) if isinstance(one, Record))
        return
    for name in dict.fromkeys(names):
        try:
            yield store.current(name)
        except HeadersError as error:
            refused.append(Refused(name, error))


def _next(wrapped: _Wrapped, author: Author, update: Mapping[str, object]) -> Record:
    """The version after, signed: one after the other, as a module may hold the key."""
    record, raw = wrapped.record, wrapped.header or b""
    changed = {
        "version": record.version + 1,
        "header": manifests.part(raw),
        "sender": author.name,
    }
    after = wrapped.said.model_copy(update={**changed, **update})
    return Record(record.name, record.id, after.version, raw, manifests.sign(after, author.signer))
