from __future__ import annotations

import base64
import gzip

from tce.canary.search import Hit, canary, search

ONE = canary("one", b"the first of two values")
TWO = canary("two", b"the second of two values", b"\x00\x01\x02what it stands for")


def _found(data: bytes) -> list[Hit]:
    return list(search(data, (ONE, TWO), lambda _words: None))


def test_each_canary_is_told_once_in_its_plainest_form() -> None:
    data = b"the first of two values, " + base64.b64encode(b"the first of two values")
    assert _found(data * 3) == [Hit("one", "raw")]


def test_a_form_says_what_was_taken_off_from_the_inside_out() -> None:
    data = base64.b64encode(gzip.compress(b"the second of two values"))
    assert _found(b"data: " + data) == [Hit("two", "raw in gzip in base64")]


def test_what_a_value_stands_for_is_found_too() -> None:
    assert _found(b"\x00\x01\x02what it stands for") == [Hit("two", "raw")]


def test_all_canaries_of_a_file_are_found() -> None:
    data = b"the first of two values" + gzip.compress(b"the second of two values")
    assert {one.canary for one in _found(data)} == {"one", "two"}


def test_part_of_a_value_is_none() -> None:
    assert _found(b"the first of two value") == []


def test_a_canary_shows_nothing_of_its_value() -> None:
    assert "first" not in repr(ONE)
    assert "first" not in repr(ONE.needles)
