"""Age files for tests: made by this program, with randomness that is the same each time."""

import hashlib
import io
from collections.abc import Sequence

from blueprints.secret import Secret
from tce.age import body, header
from tce.age.errors import AgeError
from tce.age.keys import X25519Identity
from tce.age.stanza import Identity, Random, Recipient


def counted(seed: str = "tests") -> Random:
    """Bytes that look random and are the same each time."""
    state = [0]

    def random(size: int) -> bytes:
        state[0] += 1
        return hashlib.shake_256(f"{seed} {state[0]}".encode()).digest(size)

    return random


ANNA = X25519Identity(Secret(hashlib.sha256(b"anna of example.org").digest()))
BERT = X25519Identity(Secret(hashlib.sha256(b"bert of example.org").digest()))


def text(size: int) -> bytes:
    """Bytes of no pattern."""
    return hashlib.shake_128(b"content").digest(size)


def seal(plain: bytes, recipients: Sequence[Recipient], seed: str = "tests") -> tuple[bytes, bytes]:
    """A header and a body."""
    random = counted(seed)
    file_key = header.new_key(random)
    sink = io.BytesIO()
    head = header.write(file_key, recipients, random)
    body.seal(file_key, io.BytesIO(plain), sink, random)
    return head, sink.getvalue()


def open_(
    sealed: bytes, identities: Sequence[Identity], size: int | None = None
) -> tuple[bytes, AgeError | None]:
    """What was written, and why no more."""
    source, sink = io.BytesIO(sealed), io.BytesIO()
    try:
        file_key = header.open(header.read(source), identities)
        body.open(file_key, source, sink, size=size)
    except AgeError as error:
        return sink.getvalue(), error
    return sink.getvalue(), None
