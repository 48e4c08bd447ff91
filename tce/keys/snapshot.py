"""`tutela tce keys snapshot`: backups of OpenBao that go with the root that was in force.

OpenBao's own snapshot is encrypted by keys that later roots still open. So the file is an age file
to a recipient that is derived from the root (``keys/recipients/snapshots.age``): where a root is
destroyed, every snapshot of its time is unreadable, for whoever holds the next root too.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from blueprints.secret import Secret
from tce.age import identities as files
from tce.age import whole
from tce.age.errors import AgeError, NoIdentityError
from tce.age.keys import X25519Recipient
from tce.keys.bao.client import Bao
from tce.keys.bao.errors import TokenError
from tce.keys.desk import Desk, hold
from tce.keys.errors import CustodyError
from tce.keys.new_root import RECIPIENT
from tce.keys.root.elevated import StaleRootError, root, unseal
from tce.keys.root.kept import snapshots

VERB = "restore"
_SAVE, _RESTORE = "sys/storage/raft/snapshot", "sys/storage/raft/snapshot-force"


@dataclass(frozen=True)
class Saved:
    """A snapshot that was written."""

    file: Path
    digest: str
    """``sha256:<hex>`` of the file: what an order to restore it names."""
    size: int
    recipient: str

    def __str__(self) -> str:
        return (
            f"{self.file}: {self.size} bytes, {self.digest}\n"
            f"sealed to {self.recipient}: it opens while that root is kept, and not longer"
        )

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "file": str(self.file),
            "digest": self.digest,
            "size": self.size,
            "recipient": self.recipient,
        }


@dataclass(frozen=True)
class Restored:
    """OpenBao is as it was."""

    digest: str
    generation: int
    record: str
    left: str = (
        "orders that were used since are forgotten by OpenBao, not by keys/ceremony; keys that were"
        " shredded since are back, where this snapshot held them: shred them again"
    )

    def __str__(self) -> str:
        return (
            f"OpenBao is as {self.digest} had it, by generation {self.generation} of the root\n"
            f"left: {self.left}\nrecorded: {self.record}"
        )

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "digest": self.digest,
            "generation": self.generation,
            "record": self.record,
            "left": self.left,
        }


def save(desk: Desk, out: Path) -> Saved:
    """Write a snapshot, sealed to the root in force. It is held in memory meanwhile.

    Raises:
        CustodyError: the repository names no recipient; something is at `out` already.
        BaoError: OpenBao refuses.
    """
    recipients = _recipients(desk.folder)
    bao = desk.bao()
    sealed = whole.seal(Secret(bao.raw(_SAVE)), recipients, desk.random)
    try:
        number = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(number, "wb") as stream:
            stream.write(sealed)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise CustodyError(f"cannot write {out}: {error.strerror}") from error
    return Saved(out, _digest(sealed), len(sealed), str(recipients[0]))


def restore(
    desk: Desk,
    file: Path,
    place: Path,
    shares: Sequence[Path],
    identities: Sequence[Path],
    order: Path | None,
    keys: Sequence[str],
) -> Restored:
    """Bring OpenBao back to a snapshot, under an order that names the file's digest.

    Args:
        desk: where.
        file: of :func:`save`.
        place: the folder of the root.
        shares: files of officers; none where a module keeps the root.
        identities: files that open the shares.
        order: signed by enough officers.
        keys: who signs the record: files or a module, as OpenBao may know nobody of now.

    Raises:
        RefusedError: no order, or too few approvals.
        CustodyError: the root that it is sealed to is not kept any more; nobody signs the record.
        BaoError: OpenBao refuses.
    """
    sealed = _read(file)
    digest = _digest(sealed)
    if not keys:
        raise CustodyError("OpenBao cannot sign while it is replaced", "--key file:OFFICER.pem")
    with hold(desk, VERB, digest, order, desk.signers(keys), None) as ceremony:
        found = desk.keeper(place).recover(shares, identities)
        generation, secret, plain = _opened(sealed, found, file.name)
        ceremony.step("snapshot opened", f"by generation {generation} of the root")
        bao = desk.bao()
        _upload(bao, secret, plain)
        if bao.read("sys/seal-status")["sealed"]:
            unseal(desk.bao(login=False), ((generation, secret),))
        ceremony.step("OpenBao", "restored")
        ceremony.public["snapshot"] = digest
    return Restored(digest, generation, ceremony.id)


def _opened(
    sealed: bytes, found: tuple[tuple[int, Secret], ...], name: str
) -> tuple[int, Secret, Secret]:
    for generation, secret in found:
        try:
            return generation, secret, whole.open(sealed, [snapshots(secret)], name)
        except NoIdentityError:
            continue
        except AgeError as error:
            raise CustodyError(str(error)) from None
    raise CustodyError(
        f"{name}: sealed to a root that is not in force any more, and was destroyed since"
        if len(found) == 1
        else f"{name}: sealed to none of {len(found)} roots that are kept here",
        "shares of that generation, where officers still have them: --share FILE",
    )


def _upload(bao: Bao, secret: Secret, plain: Secret) -> None:
    """As root where this root is in force; else as the token may (an OpenBao that is new)."""
    try:
        with root(bao, secret) as elevated:
            elevated.upload(_RESTORE, plain.reveal())
    except TokenError:
        # The token of a moment ago is one that the snapshot does not know.
        return
    except StaleRootError:
        bao.upload(_RESTORE, plain.reveal())


def _recipients(folder: Path) -> tuple[X25519Recipient, ...]:
    try:
        found = files.recipients((folder / RECIPIENT).read_bytes(), RECIPIENT)
    except OSError as error:
        raise CustodyError(f"{RECIPIENT}: {error.strerror}", "tutela tce keys init") from error
    except AgeError as error:
        raise CustodyError(str(error)) from error
    if len(found) != 1:
        raise CustodyError(f"{RECIPIENT} has to name one recipient")
    return found


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CustodyError(f"{file}: {error.strerror}") from error


def _digest(sealed: bytes) -> str:
    return f"sha256:{hashlib.sha256(sealed).hexdigest()}"
