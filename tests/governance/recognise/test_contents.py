"""What was read is parsed into plain values, or a reason says why not."""

import pytest

from governance.recognise.contents import any_json_of, bytes_of, json_of, text_in
from governance.recognise.reading import Unreadable


def test_a_read_that_failed_says_which_file_and_why() -> None:
    with pytest.raises(Unreadable, match="a/x could not be read: no permission"):
        bytes_of({"a/x": Unreadable("no permission")}, "a/x")


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe{", b"[" * 100_000, b"9" * 5000])
def test_what_is_not_json_is_a_reason(data: bytes) -> None:
    with pytest.raises(Unreadable, match="x is not JSON"):
        any_json_of({"x": data}, "x")


def test_json_that_is_no_object_is_a_reason_where_one_is_needed() -> None:
    assert any_json_of({"x": b"[1]"}, "x") == [1]
    with pytest.raises(Unreadable, match="x is not a JSON object"):
        json_of({"x": b"[1]"}, "x")
    assert json_of({"x": b'{"a": 1}'}, "x") == {"a": 1}


def test_only_a_string_with_something_in_it_is_text() -> None:
    assert [text_in(one) for one in ("a", "", None, 1, ["a"])] == ["a", None, None, None, None]
