import os
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.check.secrets.patterns import (
    PATTERNS,
    Hit,
    decoded,
    entropy,
    is_example,
    is_random,
    search,
)
from tests.blueprints.check.secrets.planted import FORMS, HARMLESS


@pytest.mark.parametrize("name", FORMS)
def test_every_form_is_found_wherever_it_stands(name: str) -> None:
    for before, after in (("", ""), ("# remark\n", "\n"), ("x: ", " # y\n"), ('"', '"\n')):
        content = f"{before}{FORMS[name]}{after}".encode()
        assert list(search(content)), content


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_is_not_found(text: str) -> None:
    assert list(search(f"a: b\n{text}\n".encode())) == []


def test_a_hit_says_where_and_what_and_never_the_value() -> None:
    token = FORMS["a GitHub token"]
    (hit,) = search(f"line one\n  token={token}\n".encode())
    assert hit == Hit(17, "a GitHub token")
    assert token not in repr(hit)


@given(st.binary(max_size=200))
def test_any_bytes_can_be_searched(data: bytes) -> None:
    assert list(search(data)) == list(search(data))


@given(st.sampled_from([pattern.words[0] for pattern in PATTERNS]), st.integers(0, 3))
def test_long_lines_of_what_almost_fits_end_soon(word: bytes, kind: int) -> None:
    filler = [b"a", b"Ab1+", b" :", b"-"][kind]
    data = word + filler * 20_000 + word * 2_000
    start = time.monotonic()
    list(search(data))
    assert time.monotonic() - start < 5


def test_ten_megabytes_take_no_time_that_matters() -> None:
    data = os.urandom(2 << 20) + b"password: ${X}\n" * 500_000
    start = time.monotonic()
    assert list(search(data)) == []
    assert time.monotonic() - start < 10


def test_randomness_is_counted_in_bits() -> None:
    assert entropy(b"") == 0.0
    assert entropy(b"aaaa") == 0.0
    assert entropy(b"abcd") == 2.0
    assert is_random(b"q7Zt2VxK9mLp4RwB", 3.5)
    assert not is_random(b"a-name-in-words-2", 3.5)
    assert not is_random(b"ONLY_A_NAME", 3.5)
    assert not is_random(b"noDigitsAtAllHere", 3.5)


def test_what_says_that_it_is_none_is_an_example() -> None:
    assert all(map(is_example, (b"changeme", b"<token>", b"${X}", b"ENC[x]", b"your-key")))
    assert not is_example(b"q7Zt2VxK9mLp4RwB")


@given(st.binary(max_size=60))
def test_base64_is_undone_also_when_its_end_is_missing(data: bytes) -> None:
    from base64 import b64encode

    packed = b64encode(data)
    assert decoded(packed) == data
    assert data.startswith(decoded(packed[:-1]))
    assert decoded(b"\xff!") == b""
