"""Small secrets as whole age files, in memory: shares, identities, tokens."""

import io
from collections.abc import Iterable, Sequence

from blueprints.secret import Secret
from tce.age import body, header
from tce.age.stanza import Identity, Random, Recipient


def seal(plain: Secret, recipients: Iterable[Recipient], random: Random) -> bytes:
    """Return the age file that holds `plain`."""
    file_key = header.new_key(random)
    sink = io.BytesIO()
    sink.write(header.write(file_key, recipients, random))
    body.seal(file_key, io.BytesIO(plain.reveal()), sink, random)
    return sink.getvalue()


def open(sealed: bytes, identities: Sequence[Identity], name: str = "the file") -> Secret:
    """Return what an age file holds.

    Raises:
        AgeError: it is not opened by `identities`, or is not as it was written.
    """
    source = io.BytesIO(sealed)
    file_key = header.open(header.read(source, name), identities)
    sink = io.BytesIO()
    body.open(file_key, source, sink, name=name)
    return Secret(sink.getvalue())
