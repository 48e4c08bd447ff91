"""Identities of buckets: each wrapped by a transit key of its own, kept in a KV engine.

A version of the KV entry is an epoch of the bucket: its number is what ``# epoch:`` says in
``keys/recipients/<bucket>.age``. Older versions open what was sealed to them, until they are
destroyed.
"""

from collections.abc import Callable
from dataclasses import dataclass

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

    epoch: int
    recipient: str
    key: str
    """``<mount>/keys/<name>``."""
    ciphertext: str


def make(
    bao: Bao, mount: str, path: str, key: str, random: Callable[[int], bytes], *, after: int
) -> Wrapped:
    """Make the identity that follows epoch `after`, and return it wrapped.

    Args:
        bao: whoever may encrypt by `key` and write the entry.
        mount: the KV engine.
        path: in it.
        key: ``<mount>/keys/<name>``.
        random: gives random bytes.
        after: the epoch that the caller saw; 0: there was never one.

    Raises:
        ConflictError: another epoch is current.
        BaoError: a subclass for what is wrong.
    """
    identity = X25519Identity.new(random)
    recipient = str(identity.recipient)
    engine, _, name = key.partition("/keys/")
    ciphertext = transit.encrypt(bao, engine, name, identity.text())
    epoch = kv.put(
        bao,
        mount,
        path,
        {"schema": SCHEMA, "recipient": recipient, "key": key, "wrapped": ciphertext},
        after=after,
    )
    return Wrapped(epoch, recipient, key, ciphertext)


def read(bao: Bao, mount: str, path: str, epoch: int | None = None) -> Wrapped:
    """Return the identity of an epoch, wrapped; default: the current one.

    Raises:
        MissingError: there is none, or it was destroyed.
        BaoError: a subclass for what is wrong.
    """
    entry = kv.get(bao, mount, path, epoch)
    if entry.data.get("schema") != SCHEMA:
        raise BaoError(f"{mount}/data/{path}: holds no identity ({SCHEMA})")
    said = entry.data
    return Wrapped(entry.version, said["recipient"], said["key"], said["wrapped"])


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
    found = [opened(bao, newest)]
    for epoch in range(newest.epoch - 1, 0, -1):
        try:
            found.append(opened(bao, read(bao, key.mount, key.path, epoch)))
        except MissingError:
            continue
    return tuple(found)
