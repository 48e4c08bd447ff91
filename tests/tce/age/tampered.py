"""Age files that were tampered with, and why each of them is refused."""

from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from blueprints.secret import Secret
from tce.age.body import CHUNK, NONCE, SEALED
from tce.age.errors import (
    AgeError,
    BodyCutError,
    ChunkError,
    HeaderCutError,
    HeaderError,
    HeaderForgedError,
    NoIdentityError,
    NotAgeError,
    TrailingError,
)
from tce.age.keys import derived
from tce.age.misplaced import nonce
from tests.tce.age.sealed import ANNA, BERT, counted, seal, text

PLAIN = text(4 * CHUNK + 1000)
HEADER, BODY = seal(PLAIN, [ANNA.recipient, BERT.recipient])
OTHER_HEADER, OTHER_BODY = seal(PLAIN[::-1], [ANNA.recipient, BERT.recipient], "another")
CHUNKS = [BODY[at : at + SEALED] for at in range(NONCE, len(BODY), SEALED)]
OTHERS = [OTHER_BODY[at : at + SEALED] for at in range(NONCE, len(OTHER_BODY), SEALED)]
EXACT_HEADER, EXACT_BODY = seal(PLAIN[: 2 * CHUNK], [ANNA.recipient], "exact")
NONE_HEADER, NONE_BODY = seal(b"", [ANNA.recipient], "none")


@dataclass(frozen=True)
class Tampered:
    """A file, and what has to be said of it."""

    name: str
    data: bytes
    error: type[AgeError]
    said: str


def cases() -> list[Tampered]:
    """All of them; each has a name of its own."""
    return [*_headers(), *_cuts(), *_chunks(), *_flips(), *_ends()]


def _headers() -> Iterator[Tampered]:
    for size in range(len(HEADER)):
        error, said = (HeaderCutError, "cut within its header") if size else (NotAgeError, "0 byte")
        yield Tampered(f"header cut to {size}", HEADER[:size], error, said)
    lines = HEADER.split(b"\n")
    stanzas = [b"\n".join(lines[1:3]), b"\n".join(lines[3:5])]
    foreign = b"-> example.org/x a b\nAAAA"
    one_by_one = {
        "stanzas swapped": [*reversed(stanzas)],
        "a stanza left out": stanzas[:1],
        "a stanza twice": [stanzas[0], *stanzas],
        "a foreign stanza first": [foreign, *stanzas],
        "a foreign stanza last": [*stanzas, foreign],
        "a foreign stanza between": [stanzas[0], foreign, stanzas[1]],
        "another's stanza": [stanzas[0], b"\n".join(OTHER_HEADER.split(b"\n")[3:5])],
    }
    for name, kept in one_by_one.items():
        raw = b"\n".join([lines[0], *kept, lines[5], b""])
        yield Tampered(name, raw + BODY, HeaderForgedError, "changed after it was written")
    mac = b"\n".join([*lines[:5], OTHER_HEADER.split(b"\n")[5], b""])
    yield Tampered("another's MAC", mac + BODY, HeaderForgedError, "changed after it was written")
    only = b"\n".join([lines[0], foreign, lines[5], b""])
    yield Tampered("foreign stanzas only", only + BODY, NoIdentityError, "none of 1 identities")
    passphrase = b"\n".join([lines[0], *stanzas, b"-> scrypt AAAA 1\nAAAA", lines[5], b""])
    yield Tampered("a passphrase beside", passphrase + BODY, HeaderError, "a passphrase beside")
    yield Tampered("another's header", OTHER_HEADER + BODY, ChunkError, "belongs to another body")
    yield Tampered("lines end in CR LF", HEADER.replace(b"\n", b"\r\n"), NotAgeError, "version")
    yield Tampered("version 2", HEADER.replace(b"/v1", b"/v2") + BODY, NotAgeError, "version")
    # Anna's own stanza; each letter of it.
    start = HEADER.index(lines[2])
    for at in range(start, start + len(lines[2]) - 1):
        letter = b"A" if HEADER[at : at + 1] != b"A" else b"B"
        raw = HEADER[:at] + letter + HEADER[at + 1 :]
        yield Tampered(f"letter {at} changed", raw + BODY, NoIdentityError, "none of 1 identities")


def _cuts() -> Iterator[Tampered]:
    for size in range(NONCE):
        yield Tampered(f"nonce cut to {size}", HEADER + BODY[:size], BodyCutError, "cut before")
    yield Tampered("no chunk", HEADER + BODY[:NONCE], BodyCutError, "cut within chunk 0")
    for number in range(1, len(CHUNKS)):
        rest = BODY[: NONCE + number * SEALED]
        said = f"cut after chunk {number - 1}"
        yield Tampered(f"cut after {number - 1}", HEADER + rest, BodyCutError, said)
        for more in (1, 15):
            some = BODY[: len(rest) + more]
            said = f"cut within chunk {number}"
            yield Tampered(f"{said}, {more}", HEADER + some, BodyCutError, said)
        for more in (17, 500, 999):
            some = BODY[: len(rest) + more]
            name = f"cut within chunk {number}, {more}"
            yield Tampered(name, HEADER + some, ChunkError, "cut, lengthened or changed")


def _chunks() -> Iterator[Tampered]:
    def file(chunks: list[bytes]) -> bytes:
        return HEADER + BODY[:NONCE] + b"".join(chunks)

    for one in range(4):
        for other in range(one + 1, 4):
            order = [*CHUNKS]
            order[one], order[other] = order[other], order[one]
            said = f"chunk {other} stands where chunk {one} belongs"
            yield Tampered(f"{one} and {other} swapped", file(order), ChunkError, said)
        twice = [*CHUNKS[: one + 1], *CHUNKS[one:]]
        said = f"chunk {one} stands where chunk {one + 1} belongs"
        yield Tampered(f"{one} twice", file(twice), ChunkError, said)
        without = [*CHUNKS[:one], *CHUNKS[one + 1 :]]
        said = f"chunk {one + 1} stands where chunk {one} belongs"
        yield Tampered(f"without {one}", file(without), ChunkError, said)
        foreign = [*CHUNKS[:one], OTHERS[one], *CHUNKS[one + 1 :]]
        said = "another body" if one == 0 else f"chunk {one} was changed"
        yield Tampered(f"{one} of another", file(foreign), ChunkError, said)
    twice = [*CHUNKS, CHUNKS[4]]
    yield Tampered("the last twice", file(twice), ChunkError, "cut, lengthened or changed")
    last = [*CHUNKS[:4], OTHERS[4]]
    yield Tampered("the last of another", file(last), ChunkError, "cut, lengthened or changed")
    early = [CHUNKS[4]]
    yield Tampered("only the last", file(early), ChunkError, "chunk 4 stands where chunk 0")


def _flips() -> Iterator[Tampered]:
    for at in range(NONCE):
        raw = bytearray(BODY)
        raw[at] ^= 1
        yield Tampered(f"nonce changed at {at}", HEADER + raw, ChunkError, "another body")
    for number, chunk in enumerate(CHUNKS):
        for at in (0, 1, 300, len(chunk) // 2, len(chunk) - 16, len(chunk) - 1):
            for bit in (1, 128):
                raw = bytearray(BODY)
                raw[NONCE + number * SEALED + at] ^= bit
                said = f"chunk {number} was changed"
                if number == 0:
                    said = "chunk 0 was changed, or"
                if number == 4:
                    said = "cut, lengthened or changed"
                name = f"chunk {number} changed at {at}, {bit}"
                yield Tampered(name, HEADER + raw, ChunkError, said)


def _ends() -> Iterator[Tampered]:
    for more in (1, 16, 1000):
        data = HEADER + BODY + bytes(more)
        yield Tampered(f"{more} more", data, ChunkError, "cut, lengthened or changed")
    exact = EXACT_HEADER + EXACT_BODY
    for more in (1, 15, 16, 17, SEALED, 3 * SEALED):
        said = "something follows its last chunk (1)"
        yield Tampered(f"{more} after a full one", exact + bytes(more), TrailingError, said)
    # Whoever knows the file key could write it; it would be a second text of the same content.
    file_key = Secret(counted("exact")(16))
    assert EXACT_BODY.endswith(_sealed(file_key, PLAIN[CHUNK : 2 * CHUNK], 1, True))
    middle = EXACT_BODY[: NONCE + SEALED] + _sealed(file_key, PLAIN[CHUNK : 2 * CHUNK], 1, False)
    empty = EXACT_HEADER + middle + _sealed(file_key, b"", 2, True)
    yield Tampered("an empty chunk at its end", empty, ChunkError, "an empty chunk 2")
    none = NONE_HEADER + NONE_BODY
    yield Tampered("nothing, cut", none[:-1], BodyCutError, "cut within chunk 0")
    yield Tampered("nothing, lengthened", none + b"x", ChunkError, "lengthened")
    yield Tampered("nothing, changed", none[:-1] + b"x", ChunkError, "changed")
    yield Tampered("something else", b"PK\3\4" + BODY, NotAgeError, "not an age file")


def _sealed(file_key: Secret, plain: bytes, number: int, last: bool) -> bytes:
    cipher = ChaCha20Poly1305(derived(file_key.reveal(), EXACT_BODY[:NONCE], b"payload"))
    return cipher.encrypt(nonce(number, last), plain, None)
