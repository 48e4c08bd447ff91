from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tce.canary.forms import LEAST, aligned, needles

VALUES = st.binary(min_size=LEAST, max_size=60)


@given(VALUES, st.binary(max_size=9), st.binary(max_size=9))
def test_a_value_is_found_in_base64_wherever_it_stands(
    value: bytes, before: bytes, after: bytes
) -> None:
    texts = [one.text for one in needles(value)]
    for encode in (base64.b64encode, base64.urlsafe_b64encode, base64.b32encode):
        text = encode(before + value + after)
        assert any(one in text for one in texts), encode


@given(VALUES)
def test_a_value_is_found_as_it_is_in_hex_and_for_urls(value: bytes) -> None:
    texts = [one.text for one in needles(value)]
    for text in (value, value.hex().encode(), value.hex().upper().encode(), quote(value).encode()):
        assert any(one in b"<" + text + b">" for one in texts)


@given(VALUES, st.integers(0, 2))
def test_what_is_searched_of_base64_holds_no_bit_of_a_neighbour(value: bytes, offset: int) -> None:
    inner = aligned(value, offset, 6, base64.b64encode)
    for neighbour in (b"\0", b"\xff", b"q"):
        assert inner in base64.b64encode(neighbour * offset + value + neighbour * 3)
    assert len(inner) >= (len(value) * 8 - 10) // 6


def test_a_needle_shows_nothing_of_its_value() -> None:
    for one in needles(b"correct horse battery"):
        assert "horse" not in repr(one)
        assert one.text.decode("latin-1") not in repr(one)


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_found_in_both_orders(order: str) -> None:
    text = "correct horse battery"
    assert any(one.text in text.encode(order) for one in needles(text.encode()))
