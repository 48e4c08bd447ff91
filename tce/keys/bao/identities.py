"""Identities of buckets: each wrapped by a transit key of its own, kept in a KV engine.

An epoch of a bucket is one identity; its number is what ``# epoch:`` says in
``keys/recipients/<bucket>.age``. Each version of the KV entry holds one epoch, wrapped: a new epoch
is a new version, and so is the same one wrapped anew. Older epochs open what was sealed to them,
until their versions are destroyed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from tce.age.keys import X25519Identity
from tce.keys.bao import kv, transit
from tce.keys.bao.client import Bao
from tce.keys.bao.errors import BaoError, MissingError
from tce.keys.errors import CustodyError
from tce.keys.uri import BaoKey

SCHEMA = "tutela/identity/v1"


@dataclass(frozen=True)
class Wrapped:
    """What lies in OpenBao of one epoch: nothing of it opens anything without the transit key."""

    version: int
    """Of the KV entry."""
    epoch: int
    recipient: str
    key: str
    """``<mount>/keys/<name>``."""
    ciphertext: str


def make(
    bao: Bao,
    mount: str,
    path: str,
    key: str,
    random: Callable[[int], bytes],
    *,
    after: Wrapped | None,
) -> Wrapped:
    """Make the identity that follows `after`, and return it wrapped.

    Args:
        bao: whoever may encrypt by `key` and write the entry.
        mount: the KV engine.
        path: in it.
        key: ``<mount>/keys/<name>``.
        random: gives random bytes.
        after: the epoch that the caller saw; None: there was never one.

    Raises:
        ConflictError: another epoch is current.
        BaoError: a subclass for what is wrong.
    """
    identity = X25519Identity.new(random)
    engine, _, name = key.partition("/keys/")
    ciphertext = transit.encrypt(bao, engine, name, identity.text())
    made = Wrapped(0, after.epoch + 1 if after else 1, str(identity.recipient), key, ciphertext)
    return _put(bao, mount, path, made, after)


def rewrap(bao: Bao, mount: str, path: str, current: Wrapped) -> Wrapped:
    """Wrap the same identity by its key's latest version; the entry's older versions stay.

    Raises:
        ConflictError: another epoch is current.
        GoneKeyError: its key was deleted, or the version that wrapped it is not used any more.
        BaoError: a subclass for what is wrong.
    """
    engine, _, name = current.key.partition("/keys/")
    ciphertext = transit.rewrap(bao, engine, name, current.ciphertext)
    return _put(bao, mount, path, replace(current, ciphertext=ciphertext), current)


def read(bao: Bao, mount: str, path: str, version: int | None = None) -> Wrapped:
    """Return the identity in a version of the entry, wrapped; default: the current one.

    Raises:
        MissingError: there is none, or it was destroyed.
        BaoError: a subclass for what is wrong.
    """
    entry = kv.get(bao, mount, path, version)
    if entry.data.get("schema") != SCHEMA:
        raise BaoError(f"{mount}/data/{path}: holds no identity ({SCHEMA})")
    said = entry.data
    return Wrapped(
        entry.version, int(said["epoch"]), said["recipient"], said["key"], said["wrapped"]
    )


def opened(bao: Bao, wrapped: Wrapped) -> X25519Identity:
    """Return the identity itself.

    Raises:
        GoneKeyError: its transit key was deleted: nothing sealed to it alone opens any more.
        CustodyError: it is another one than its entry says.
        BaoError: a subclass for what is wrong.
    """
    engine, _, name = wrapped.key.partition("/keys/")
    text = transit.decrypt(bao, engine, name, wrapped.ciphertext)
    identity = X25519Identity.parse(text)
    if str(identity.recipient) != wrapped.recipient:
        raise CustodyError(f"{wrapped.key}: unwraps another identity than was asked for")
    return identity


def load(bao: Bao, key: BaoKey) -> tuple[X25519Identity, ...]:
    """Return the identities of every epoch that is left, newest first.

    Args:
        bao: whoever may read the entry and decrypt by its key.
        key: ``bao://<engine>/data/identities/<bucket>``.

    Raises:
        MissingError: there is none.
        GoneKeyError: its transit key was deleted.
        BaoError: a subclass for what is wrong.
    """
    newest = read(bao, key.mount, key.path)
    found = {newest.recipient: opened(bao, newest)}
    for version in range(newest.version - 1, 0, -1):
        try:
            older = read(bao, key.mount, key.path, version)
            if older.recipient not in found:
                found[older.recipient] = opened(bao, older)
        except MissingError:
            continue
    return tuple(found.values())


def _put(bao: Bao, mount: str, path: str, made: Wrapped, after: Wrapped | None) -> Wrapped:
    said = {
        "schema": SCHEMA,
        "epoch": str(made.epoch),
        "recipient": made.recipient,
        "key": made.key,
        "wrapped": made.ciphertext,
    }
    version = kv.put(bao, mount, path, said, after=after.version if after else 0)
    return replace(made, version=version)
