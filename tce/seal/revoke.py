"""Revocation: bodies are sealed anew to those who stay, and the older bodies are removed.

A header that is wrapped anew takes nothing from whoever held the older one; a new file key does.
What was read before, and copies that were made of it, no revocation takes back.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from blueprints.errors import ExpectedError
from governance.sealed.manifest import Manifest
from tce.age import header
from tce.age.stanza import Identity, Random
from tce.seal import manifests
from tce.seal.headers import checked
from tce.seal.headers.entry import is_id
from tce.seal.headers.store import HeaderStore, Record, Refused
from tce.seal.headers.unsure import undo
from tce.seal.place import Place
from tce.seal.recipients import Recipients
from tce.seal.reencrypt import again
from tce.seal.rotate import Author, Only, known

LEFT = (
    "what was opened before, and copies of older bodies (versions that a bucket keeps, snapshots, "
    "backups of a provider), open as before for whoever kept their headers"
)
_SHOWN = 20

Bodies = Callable[[Manifest], Place]
"""Where the body of an object lies, as its id."""


@dataclass(frozen=True)
class Revoked:
    """What a revocation did."""

    where: str
    recipients: tuple[str, ...]
    epoch: int
    began: str
    """ISO 8601, UTC."""
    sealed: int
    size: int
    """Bytes of plaintext that were sealed anew."""
    already: int
    """Objects whose bodies were sealed to these recipients since the time that was said."""
    refused: tuple[Refused, ...] = field(default=())
    """Objects that are as they were, and why."""
    remaining: tuple[Refused, ...] = field(default=())
    """Older bodies that could not be removed."""
    strays: tuple[str, ...] = field(default=())
    """Bodies in these places that no record names: of runs that were cut off, or another store's.
    """
    unlisted: tuple[Refused, ...] = field(default=())
    """Places where such bodies could not be looked for."""

    @property
    def exit_code(self) -> int:
        """1 where all are as they were, 4 where some are, or an older body is left."""
        if self.refused and not self.sealed and not self.already:
            return 1
        return 4 if self.refused or self.remaining else 0

    def __str__(self) -> str:
        lines = [
            f"{self.sealed} bodies ({self.size} bytes) sealed anew for {len(self.recipients)} "
            f"recipients (epoch {self.epoch}); the older ones are removed",
            *([f"{self.already} were sealed so already"] if self.already else []),
            *(f"as before: {one.name}: {one.error}" for one in self.refused),
            *(f"not removed: {one.name}: {one.error}" for one in self.remaining),
            *(f"named by no record of {self.where}: {one}" for one in self.strays[:_SHOWN]),
        ]
        lines += [f"not looked through: {one.name}: {one.error}" for one in self.unlisted]
        if len(self.strays) > _SHOWN:
            lines.append(f"and {len(self.strays) - _SHOWN} more that no record names")
        if self.refused:
            lines.append(f"what is left is done by the same command with --since {self.began}")
        return "\n".join([*lines, LEFT])

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/reencryption/v1``."""
        return {
            "schema": "tutela/reencryption/v1",
            "where": self.where,
            "recipients": list(self.recipients),
            "epoch": self.epoch,
            "began": self.began,
            "sealed": self.sealed,
            "size": self.size,
            "already": self.already,
            "refused": [one.as_json() for one in self.refused],
            "remaining": [one.as_json() for one in self.remaining],
            "strays": list(self.strays),
            "unlisted": [one.as_json() for one in self.unlisted],
            "left": LEFT,
        }


@dataclass(frozen=True)
class Revocation:
    """What is the same for every object."""

    store: HeaderStore
    identities: Sequence[Identity]
    """Open the present headers."""
    recipients: Recipients
    """Those who stay, the escrow's among them."""
    author: Author
    bodies: Bodies
    random: Random
    moment: str
    """Now; ISO 8601, UTC, with a ``Z``."""
    since: str | None = None
    """Bodies that were sealed to exactly these recipients at this time or later are left."""
    only: Only | None = None
    """Of these objects alone; the others are not spoken of."""

    def all(self, names: Sequence[str] | None, progress: Callable[[str], None]) -> Revoked:
        """Seal the bodies of `names` (None: of every object) anew.

        Each object is changed for itself: the new body is whole before its record counts, and the
        older one is removed after that. After a crash an object has the old or the new pair; a body
        without a record is told by the next run.

        Raises:
            SealError: the author is not among the senders who are believed.
            ExpectedError: the store or the author's key cannot be used.
        """
        known(self.author)
        refused: list[Refused] = []
        remaining: list[Refused] = []
        places: dict[str, Place] = {}
        done = size = already = 0
        wanted = self.store.names() if names is None else list(dict.fromkeys(names))
        for number, name in enumerate(wanted, 1):
            progress(f"sealing anew {number} of {len(wanted)}: {name}")
            try:
                record = self.store.current(name)
                said = checked.manifest(record, self.author.senders)
                if self.only is not None and not self.only(said):
                    continue
                place = self.bodies(said)
                places[place.uri] = place
                if self._is_so(said):
                    already += 1
                    continue
                self._one(record, said, place)
            except ExpectedError as error:
                refused.append(Refused(name, error))
                continue
            done, size = done + 1, size + said.plain_size
            try:
                place.remove(said.id)
            except ExpectedError as error:
                remaining.append(Refused(place.uri_of(said.id), error))
        strays, unlisted = self._strays(places.values(), {one.name for one in remaining})
        return Revoked(
            self.store.where,
            tuple(self.recipients.texts),
            self.recipients.epoch,
            self.moment,
            done,
            size,
            already,
            tuple(refused),
            tuple(remaining),
            tuple(strays),
            tuple(unlisted),
        )

    def _is_so(self, said: Manifest) -> bool:
        return (
            self.since is not None
            and said.sealed >= self.since
            and said.recipients == self.recipients.texts
            and said.epoch == self.recipients.epoch
        )

    def _one(self, record: Record, said: Manifest, place: Place) -> None:
        file_key = header.open(checked.read(record), self.identities)
        made = again(file_key, said, place, self.recipients, self.random)
        after = said.model_copy(
            update={
                "id": made.id,
                "version": said.version + 1,
                "epoch": self.recipients.epoch,
                "header": manifests.part(made.header),
                "body": made.body,
                "recipients": self.recipients.texts,
                "sender": self.author.name,
                "sealed": self.moment,
                "place": place.uri_of(made.id),
            }
        )
        try:
            text = manifests.sign(after, self.author.signer)
            new = replace(
                record, id=made.id, version=after.version, header=made.header, manifest=text
            )
            self.store.put(new, record.version)
        except ExpectedError as error:
            undo(self.store, place, made.id, error)
            raise

    def _strays(self, places: Iterable[Place], told: set[str]) -> tuple[list[str], list[Refused]]:
        damaged: list[Refused] = []
        named = {one.id for one in self.store.entries(damaged)}
        if damaged:
            # Whose bodies are named by records that cannot be read is not known.
            return [], damaged
        found: list[str] = []
        unlisted = []
        for place in places:
            try:
                bodies = [name for name, _ in place.below("") if is_id(name)]
            except ExpectedError as error:
                unlisted.append(Refused(place.uri, error))
                continue
            found += [place.uri_of(name) for name in bodies if name not in named]
        return [uri for uri in found if uri not in told], unlisted
