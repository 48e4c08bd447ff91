"""Shows that a search would have found something: a value of its own, planted in each form.

What finds nothing because it looks nowhere says the same as what finds nothing because there is
nothing; so every search plants first, and one that misses a form says nothing at all.
"""

import base64
import gzip
import json
from collections.abc import Callable, Iterator
from urllib.parse import quote_from_bytes

from tce.canary.search import canary, search

_AROUND = b"kind: Secret\ndata:\n  value: "
_LINE = 64


def planted(value: bytes) -> Iterator[tuple[str, bytes]]:
    """(form, what a file with `value` in this form looks like)."""
    yield "raw", _AROUND + value + b"\n"
    yield "hex", _AROUND + value.hex().encode()
    yield "hex, capitals", _AROUND + value.hex().upper().encode()
    yield "hex, in pairs", _AROUND + value.hex(":").encode()
    for offset in range(3):
        before = b"x" * offset
        for name, encode in _BASES:
            yield f"{name}, alignment {offset}", _AROUND + encode(before + value + b"yz")
    text = base64.b64encode(b"x" * 100 + value + b"y" * 100)
    lines = b"\n  ".join(text[at : at + _LINE] for at in range(0, len(text), _LINE))
    yield "base64, in lines", _AROUND + b"|\n  " + lines
    yield "URL", _AROUND + quote_from_bytes(value, safe="").encode()
    yield "URL, every byte", _AROUND + b"".join(b"%%%02x" % byte for byte in value)
    yield "gzip", gzip.compress(_AROUND * 100 + value, mtime=0)
    yield "gzip in base64", _AROUND + base64.b64encode(gzip.compress(_AROUND + value, mtime=0))
    twice = base64.b64encode(base64.b64encode(gzip.compress(_AROUND + value, mtime=0)))
    yield "gzip in base64 in base64 (Helm)", json.dumps({"data": twice.decode()}).encode()
    within = json.dumps(_AROUND.decode() + value.decode())
    yield "JSON in JSON", json.dumps({"plan": within}).encode()


_BASES: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (
    ("base64", base64.b64encode),
    ("base64url", base64.urlsafe_b64encode),
)


def control(random: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the forms in which a planted value is found, and those in which it is missed.

    The value is `random` in letters, with characters that encodings write otherwise.
    """
    value = b"control" + base64.b64encode(random) + b"\"&'<\\%+/ ~"
    wanted = (canary("control", value),)
    found: list[str] = []
    missed: list[str] = []
    for form, data in planted(value):
        hit = next(search(data, wanted, lambda _words: None), None)
        (found if hit else missed).append(form)
    return tuple(found), tuple(missed)
