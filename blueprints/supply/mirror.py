"""`tutela model mirror`: a whole model from one place to another, verified, with its record.

Nothing counts as copied that was not read back with the right digest. A run that was cut off is
gone on with by the same command: files that are there and right are not sent again.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from importlib.metadata import version

from blueprints.display import count, size, visible
from blueprints.supply import hub
from blueprints.supply.identity import NOTHING, Claimed, Expected, whose
from blueprints.supply.place import (
    PLAIN,
    Folder,
    OpenStore,
    Options,
    PlaceError,
    Sink,
    checked,
    opened,
)
from blueprints.supply.record import MAX_RECORD, NAME, Mirror, mirror_of, read_mirror

SCHEMA = "tutela/mirrored/v1"


@dataclass(frozen=True)
class Asked:
    """What somebody wants mirrored."""

    source: str
    """A folder, or ``s3://BUCKET/PREFIX``."""
    target: str
    claimed: Claimed = NOTHING
    excluded: Sequence[str] = ()
    """Patterns beyond :data:`hub.EXCLUDED`; ``*`` stands for slashes too."""
    replace: bool = False
    """Write over what is there and differs."""
    dry_run: bool = False
    reading: Options = PLAIN
    """Of a source that is a store."""
    writing: Options = PLAIN


@dataclass(frozen=True)
class Mirrored:
    """What a run did, or would do."""

    target: str
    sent: Sequence[tuple[str, int]]
    """Path and bytes."""
    there: Sequence[tuple[str, int]]
    """Of an earlier run: read and right, or in a dry run of the right size."""
    mirror: Mirror | None
    """None in a dry run."""
    remarks: Sequence[str] = ()

    def __str__(self) -> str:
        verb = "sent" if self.mirror else "would be sent"
        lines = [
            f"{_amount(self.sent)} {verb} to {self.target}",
            f"{_amount(self.there)} there already" + (", and right" if self.mirror else ""),
            *(f"note: {one}" for one in self.remarks),
        ]
        if self.mirror:
            one = self.mirror
            lines += [
                f"{one.repository} at {one.revision}, {one.licence}",
                f"{one.digest} of {_amount([(f.path, f.bytes) for f in one.files])}, read back;"
                f" recorded in {NAME}",
            ]
        else:
            lines.append("Nothing was written.")
        return "\n".join(visible(line) for line in lines)

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/mirrored/v1``."""
        return {
            "schema": SCHEMA,
            "target": self.target,
            "sent": [{"path": path, "bytes": amount} for path, amount in self.sent],
            "there": [{"path": path, "bytes": amount} for path, amount in self.there],
            "mirror": self.mirror.model_dump(mode="json", by_alias=True) if self.mirror else None,
            "remarks": list(self.remarks),
        }


def _amount(files: Sequence[tuple[str, int]]) -> str:
    noun = "file" if len(files) == 1 else "files"
    return f"{count(len(files))} {noun} ({size(sum(amount for _, amount in files))})"


def mirror(
    asked: Asked, store: OpenStore, now: datetime, progress: Callable[[str], None]
) -> Mirrored:
    """Mirror a model.

    Raises PlaceError for a source that is not whole or not what it is said to be, and for a target
    that holds something else; whatever stores raise. What was sent until then stays, without a
    record.
    """
    with ExitStack() as stack:
        source: Sink = opened(asked.source, asked.reading, store)
        stack.enter_context(closing(source))
        if isinstance(source, Folder):
            source = Folder(hub.snapshot(source.path))
        target = opened(asked.target, asked.writing, store)
        stack.enter_context(closing(target))
        return _Run(asked, source, target, now, progress).all()


@dataclass
class _Run:
    asked: Asked
    source: Sink
    target: Sink
    now: datetime
    progress: Callable[[str], None]
    remarks: list[str] = field(default_factory=list)

    @property
    def excluded(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*hub.EXCLUDED, *self.asked.excluded)))

    def all(self) -> Mirrored:
        files, record = self._held(self.source)
        if not files:
            raise PlaceError(f"no files in {self.source.uri}")
        lacking = [*hub.missing(self.source, files)]
        if lacking:
            raise PlaceError(f"{self.source.uri} is not whole: {lacking[0]}")
        expected = whose(self.source, self.asked.claimed, files, record)
        self.remarks += expected.remarks
        present, before = self._held(self.target)
        self._fits(expected, files, before, present)
        if self.asked.dry_run:
            right = [one for one in files.items() if present.get(one[0]) == one[1]]
            sent = [one for one in files.items() if one not in right]
            return Mirrored(self.target.uri, sent, right, None, self.remarks)
        return self._copied(files, expected, present, before)

    def _held(self, place: Sink) -> tuple[dict[str, int], Mirror | None]:
        """The files of a place with their sizes, and the record that lies with them."""
        listed = dict(sorted(place.files()))
        record = None
        if listed.pop(NAME, None) is not None:
            record = read_mirror(hub.small(place, NAME, MAX_RECORD))
        files = {
            checked(path, place.uri): amount
            for path, amount in listed.items()
            if not any(fnmatchcase(path, one) for one in self.excluded)
        }
        return files, record

    def _fits(
        self,
        expected: Expected,
        files: Mapping[str, int],
        before: Mirror | None,
        present: Mapping[str, int],
    ) -> None:
        """Whether the target can become this model and nothing else."""
        model = (expected.repository, expected.revision)
        if before and (before.repository, before.revision) != model and not self.asked.replace:
            raise PlaceError(
                f"{self.target.uri} holds {before.repository} at {before.revision}",
                "mirror it into another folder",
            )
        extra = sorted(set(present).difference(files))
        if extra:
            more = f" and {len(extra) - 1} more" if len(extra) > 1 else ""
            raise PlaceError(
                f"{self.target.uri} holds {extra[0]}{more}, which the source does not",
                "mirror it into another folder",
            )

    def _copied(
        self,
        files: Mapping[str, int],
        expected: Expected,
        present: Mapping[str, int],
        before: Mirror | None,
    ) -> Mirrored:
        sent: list[tuple[str, int]] = []
        there: list[tuple[str, int]] = []
        digests: dict[str, tuple[int, str]] = {}
        for number, (path, amount) in enumerate(files.items(), 1):
            self.progress(f"{number} of {len(files)}: {path}, {size(amount)}")
            known = expected.digests.get(path, "")
            if path in present:
                digest = self._same(path, amount, present[path], known)
                if digest:
                    digests[path] = amount, digest
                    there.append((path, amount))
                    continue
            digests[path] = amount, self._send(path, amount, known, replace=path in present)
            sent.append((path, amount))
        made = mirror_of(
            repository=expected.repository,
            revision=expected.revision,
            licence=expected.licence,
            source="folder" if isinstance(self.source, Folder) else self.source.uri,
            at=self.now,
            files=digests,
            excluded=self.excluded,
            tool=f"tutela {version('tutela')}",
        )
        if before is None or not _alike(before, made):
            text = made.text()
            self.target.write(NAME, len(text), [text], replace=before is not None)
            if hub.small(self.target, NAME, MAX_RECORD) != text:
                raise PlaceError(f"{NAME} in {self.target.uri} is not what was written")
        else:
            made = before
        return Mirrored(self.target.uri, sent, there, made, self.remarks)

    def _same(self, path: str, amount: int, present: int, known: str) -> str | None:
        """The digest of a file that the target has, if it is the source's; else None."""
        if present == amount:
            digest = known if len(known) == 64 else _sha256(self._checked(path, amount, known))
            if _sha256(self.target.read(path)) == digest:
                return digest
        if self.asked.replace:
            return None
        raise PlaceError(
            f"{path} in {self.target.uri} is another one than in {self.source.uri}",
            "mirror it into another folder, or write over it: --replace",
        )

    def _send(self, path: str, amount: int, known: str, *, replace: bool) -> str:
        whole = hashlib.sha256()

        def pieces() -> Iterator[bytes]:
            for piece in self._checked(path, amount, known):
                whole.update(piece)
                yield piece

        self.target.write(path, amount, pieces(), replace=replace)
        digest = whole.hexdigest()
        if _sha256(self.target.read(path)) != digest:
            raise PlaceError(f"{path} in {self.target.uri} is not what was written")
        return digest

    def _checked(self, path: str, amount: int, known: str) -> Iterator[bytes]:
        """The contents; raises after the last piece where they are not what they should be."""
        # Git's blobs begin with their own kind and size. The hub names small files by them.
        found = hashlib.sha256() if len(known) != 40 else hashlib.sha1(b"blob %d\0" % amount)  # noqa: S324
        done = 0
        for piece in self.source.read(path):
            if not done and piece.startswith(hub.POINTER):
                raise PlaceError(
                    f"{path} in {self.source.uri} is a pointer of Git LFS, not the file",
                    "git lfs pull",
                )
            done += len(piece)
            found.update(piece)
            yield piece
        if done != amount:
            raise PlaceError(f"{path} in {self.source.uri} was changed while it was read")
        if known and found.hexdigest() != known:
            raise PlaceError(
                f"{path} in {self.source.uri} is damaged: its digest is {found.hexdigest()}, and"
                f" has to be {known}"
            )


def _sha256(pieces: Iterator[bytes]) -> str:
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece)
    return found.hexdigest()


def _alike(one: Mirror, other: Mirror) -> bool:
    """The same model from the same revision, whenever and by whatever tool."""
    keys = ("repository", "revision", "licence", "digest")
    return all(getattr(one, key) == getattr(other, key) for key in keys)
