"""What Git receives of keys: recipients of buckets and the evidence key's public halves.

keys/recipients/<bucket>.age    # epoch: N, and age1..
keys/evidence.pem               one block for each version, oldest first
"""

import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tce.keys.bao.identities import Wrapped
from tce.keys.errors import CustodyError, RefusedError

RECIPIENTS = "keys/recipients"
EVIDENCE = "keys/evidence.pem"
_EPOCH = re.compile(r"^#\s*epoch:\s*([1-9][0-9]{0,8})\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Written:
    """A file of the repository that shows a public key."""

    path: str
    content: bytes


def recipient(name: str, place: str, wrapped: Wrapped) -> Written:
    """The file of a bucket's recipient."""
    text = f"# {name}: {place}\n# epoch: {wrapped.epoch}\n{wrapped.recipient}\n"
    return Written(f"{RECIPIENTS}/{name}.age", text.encode())


def evidence(versions: Mapping[int, bytes]) -> Written:
    """The file of the evidence key; `versions` are raw public keys."""
    return Written(EVIDENCE, b"".join(pem(versions[number]) for number in sorted(versions)))


def pem(raw: bytes) -> bytes:
    """A public key of 32 bytes as SubjectPublicKeyInfo."""
    key = Ed25519PublicKey.from_public_bytes(raw)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def differing(folder: Path, files: list[Written]) -> Iterator[Written]:
    """Yield those that are not in the repository yet, or with another content.

    Raises:
        RefusedError: a recipient there is of the same epoch or a later one, and another: the
            repository and this OpenBao do not belong together.
        CustodyError: one cannot be read.
    """
    for one in files:
        path = folder / one.path
        try:
            there = path.read_bytes()
        except FileNotFoundError:
            yield one
            continue
        except OSError as error:
            raise CustodyError(f"{path}: {error.strerror}") from error
        if there == one.content:
            continue
        if one.path != EVIDENCE and _epoch(there) >= _epoch(one.content) and not _same(there, one):
            raise RefusedError(
                f"{path} names another recipient than OpenBao: objects sealed to it would not open",
                f"git -C {folder} log -- {one.path}",
                f"if the bucket was shredded: git -C {folder} rm {one.path}",
            )
        yield one


def write(folder: Path, one: Written) -> None:
    """Write a file, whole or not at all.

    Raises:
        CustodyError: it cannot be written.
    """
    path = folder / one.path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(one.content)
                file.flush()
                os.fsync(file.fileno())
            # Public: it is committed as other files are.
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise CustodyError(f"{path}: {error.strerror}") from error


def to_commit(files: Sequence[str]) -> list[str]:
    """The lines that say which files of the repository are new or changed; none: no lines."""
    return ["to commit:", *(f"  {file}" for file in files)] if files else []


def _epoch(content: bytes) -> int:
    said = _EPOCH.search(content.decode(errors="replace"))
    return int(said[1]) if said else 1


def _same(there: bytes, one: Written) -> bool:
    return there.split()[-1:] == one.content.split()[-1:]
