from __future__ import annotations

import io
import secrets

import pyrage
import pytest

from blueprints.secret import Secret
from tce.age import body as bodies
from tce.age import header as headers
from tce.age.keys import X25519Identity
from tce.attack import sealed

TEXT = secrets.token_bytes(200_000)


@pytest.fixture
def identity() -> X25519Identity:
    return X25519Identity.new(secrets.token_bytes)


def _sealed(identity: X25519Identity, text: bytes = TEXT) -> tuple[bytes, bytes, Secret]:
    key = headers.new_key(secrets.token_bytes)
    sink = io.BytesIO()
    bodies.seal(key, io.BytesIO(text), sink, secrets.token_bytes)
    return headers.write(key, [identity.recipient], secrets.token_bytes), sink.getvalue(), key


def test_a_body_opens_with_its_key_whatever_its_size(identity: X25519Identity) -> None:
    for size in (0, 1, 65_536, 65_537, 200_000):
        _, body, key = _sealed(identity, TEXT[:size])
        assert b"".join(sealed.body(body, 0, key)) == TEXT[:size]


def test_what_age_itself_wrote_is_found_in_the_middle_of_something(
    identity: X25519Identity,
) -> None:
    theirs = pyrage.x25519.Recipient.from_str(str(identity.recipient))
    data = b"POST /bucket HTTP/1.1\r\n\r\n" + pyrage.encrypt(TEXT, [theirs])
    [(header, at)] = sealed.found(data)
    [key] = sealed.file_keys(header, [identity])
    assert b"".join(sealed.body(data, at, key)) == TEXT


def test_a_body_that_is_cut_gives_what_is_left(identity: X25519Identity) -> None:
    _, body, key = _sealed(identity)
    found = b"".join(sealed.body(body[:150_000], 0, key))
    assert found[: 2 * 65_536] == TEXT[: 2 * 65_536]
    # What is left of the chunk that was cut: without its tag, which is behind it.
    assert TEXT[2 * 65_536 : 149_900] in found


def test_a_body_with_something_else_behind_it_is_read_to_its_end(
    identity: X25519Identity,
) -> None:
    _, body, key = _sealed(identity)
    for behind in (b"PUT /next HTTP/1.1\r\n", secrets.token_bytes(100_000)):
        assert TEXT[2 * 65_536 :] in b"".join(sealed.body(body + behind, 0, key))
        assert list(sealed.body(body + behind, 0, Secret(bytes(16)))) == []


def test_a_header_and_a_body_that_lie_apart_are_put_together(identity: X25519Identity) -> None:
    header, body, _ = _sealed(identity)
    keys = sealed.all_keys([headers.parse(header)], [identity], ())
    assert [b"".join(sealed.body(body, 0, key)) for key in keys] == [TEXT]


def test_a_file_key_that_lies_about_opens_without_a_header(identity: X25519Identity) -> None:
    _, body, key = _sealed(identity)
    [found] = sealed.all_keys([], [], [key, key])
    assert b"".join(sealed.body(body, 0, found)) == TEXT


def test_another_key_opens_nothing(identity: X25519Identity) -> None:
    header, body, _ = _sealed(identity)
    assert list(sealed.body(body, 0, Secret(bytes(16)))) == []
    assert list(sealed.body(body, 0, Secret(b"short"))) == []
    assert list(sealed.body(body[:10], 0, Secret(bytes(16)))) == []
    stranger = X25519Identity.new(secrets.token_bytes)
    assert list(sealed.file_keys(headers.parse(header), [stranger])) == []


def test_long_bodies_come_in_pieces(
    identity: X25519Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed, "_PIECE", 2)
    _, body, key = _sealed(identity)
    pieces = list(sealed.body(body, 0, key))
    assert [len(piece) for piece in pieces] == [131_072, 200_000 - 131_072]
    assert b"".join(pieces) == TEXT


def test_identities_are_found_in_any_text_and_mistyped_ones_are_none(
    identity: X25519Identity,
) -> None:
    text = identity.text().reveal()
    found = list(sealed.identities(b"key: '" + text + b"'\n" + text.lower()))
    assert {str(one.recipient) for one in found} == {str(identity.recipient)}
    assert len(found) == 2
    wrong = text[:-1] + (b"Q" if text[-1:] != b"Q" else b"P")
    assert list(sealed.identities(wrong)) == []


def test_what_only_begins_as_a_header_is_none() -> None:
    assert list(sealed.found(headers.INTRO * 3 + b"-> X25519 x\n")) == []
