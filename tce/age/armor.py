"""The armored form of an age file (PEM, strictly): read for files of identities only."""

import base64
import binascii

from tce.age.errors import NotAgeError
from tce.age.stanza import COLUMNS

BEGIN = b"-----BEGIN AGE ENCRYPTED FILE-----"
_END = b"-----END AGE ENCRYPTED FILE-----"


def plain(text: bytes, name: str) -> bytes:
    """Return the age file that `text` is the armor of.

    Raises:
        NotAgeError: it is no armor, or one that was changed.
    """
    lines = text.strip(b" \t\r\n").replace(b"\r\n", b"\n").split(b"\n")
    inner = lines[1:-1]
    try:
        if lines[0] != BEGIN or lines[-1] != _END or not inner:
            raise ValueError
        data = base64.b64decode(b"".join(inner), validate=True)
    except (ValueError, binascii.Error):
        raise NotAgeError(f"{name}: an age file whose armor is broken") from None
    written = base64.b64encode(data)
    if inner != [written[at : at + COLUMNS] for at in range(0, len(written), COLUMNS)]:
        raise NotAgeError(f"{name}: an age file whose armor is broken")
    return data
