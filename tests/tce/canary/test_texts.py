from __future__ import annotations

import base64
import html
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tce.canary.texts import SHIFTS, decoded, joined, text, wide

SECRET = b"a-secret-value-of-some-length/+="


def _in(data: bytes) -> set[str]:
    found = (*decoded(text(data), SHIFTS), *wide(data))
    return {name for name, inner in found if SECRET in inner}


@pytest.mark.parametrize("before", [b"", b"x", b"xy", b"xyz", b"token"])
def test_base64_is_read_whatever_letters_stand_before_it(before: bytes) -> None:
    assert "base64" in _in(before + base64.b64encode(SECRET * 2) + b"\n")


def test_hex_is_read_in_the_ways_that_programs_print_it() -> None:
    for one in (
        SECRET.hex(),
        SECRET.hex().upper(),
        SECRET.hex(":"),
        SECRET.hex(" "),
        ", ".join(f"0x{byte:02x}" for byte in SECRET),
        "".join(f"\\x{byte:02x}" for byte in SECRET),
        "a" + SECRET.hex(),
    ):
        assert "hex" in _in(one.encode()), one


def test_escapes_are_taken_off() -> None:
    wide = "".join(f"\\u{byte:04x}" for byte in SECRET)
    octal = "".join(f"\\{byte:03o}" for byte in SECRET)
    assert "escapes" in _in(wide.encode())
    assert "escapes" in _in(octal.encode())
    assert "escapes" in _in(json.dumps({"a": SECRET.decode()}).replace("/", "\\/").encode())


def test_what_pages_and_urls_write_otherwise_is_read() -> None:
    page = html.escape(SECRET.decode() + "<&>") + "".join(f"&#{byte};" for byte in SECRET)
    assert "HTML" in _in(page.encode())
    assert "URL" in _in("".join(f"%{byte:02x}" for byte in SECRET).encode())
    assert "UTF-16" in _in(SECRET.decode().encode("utf-16-le"))


def test_a_value_over_several_lines_is_one() -> None:
    lines = b"\n    ".join(SECRET[at : at + 8] for at in range(0, len(SECRET), 8))
    assert any(SECRET in one for _, one in joined(lines))
    strings = b'" +\n  "'.join(SECRET[at : at + 8] for at in range(0, len(SECRET), 8))
    strings = strings.replace(b" +", b"")
    assert any(SECRET in one for _, one in joined(strings))


def test_text_is_found_among_bytes_and_bytes_are_left_out() -> None:
    assert text(b"\0\1short\2" + SECRET + b"\xff") == SECRET
    assert text(SECRET) == SECRET
    assert text(bytes(range(128, 256)) * 10) == b""


@given(st.binary(max_size=400))
def test_nothing_that_is_read_makes_it_fail(data: bytes) -> None:
    list(decoded(text(data), SHIFTS))
    list(joined(text(data)))
    list(wide(data))


@given(st.text(alphabet="&#xD8F0;\\u%0123456789abcdef\"' \n", max_size=300))
def test_no_text_that_looks_encoded_makes_it_fail(words: str) -> None:
    list(decoded(words.encode(), SHIFTS))
    list(joined(words.encode()))
