import pytest

from tce.read.nft_tokens import Stream, tokens
from tce.space.errors import NotModelledError


def words(text: str) -> list[str]:
    return [one.text for one in tokens(text, "f")]


def test_words_strings_and_signs_are_told_apart() -> None:
    found = list(tokens('iifname "tce0" tcp dport != {22,80-90}', "f"))
    assert [(one.kind, one.text) for one in found] == [
        ("word", "iifname"),
        ("string", "tce0"),
        ("word", "tcp"),
        ("word", "dport"),
        ("sign", "!="),
        ("sign", "{"),
        ("word", "22"),
        ("sign", ","),
        ("word", "80-90"),
        ("sign", "}"),
    ]


def test_comments_are_left_out_and_a_backslash_joins_lines() -> None:
    assert words("a # b } \nc \\\n d") == ["a", "\n", "c", "d"]


def test_a_hash_in_a_string_is_no_comment() -> None:
    assert words('comment "a # b"') == ["comment", "a # b"]


def test_addresses_and_prefixes_are_one_word() -> None:
    assert words("2001:db8::/32 10.0.0.0/8 10.0.0.1-10.0.0.9") == [
        "2001:db8::/32",
        "10.0.0.0/8",
        "10.0.0.1-10.0.0.9",
    ]


def test_lines_are_counted_through_comments_and_joined_lines() -> None:
    found = list(tokens("# a\n\\\nb\nc", "f"))
    assert [(one.text, one.line) for one in found] == [("\n", 1), ("b", 3), ("\n", 3), ("c", 4)]


def test_a_character_that_nothing_begins_with_is_refused() -> None:
    with pytest.raises(NotModelledError, match="f:2: '%'"):
        words("a\n%")


def test_a_string_that_does_not_end_is_refused() -> None:
    with pytest.raises(NotModelledError, match="f:1:"):
        words('a "b\nc"')


def test_a_stream_says_what_stands_where_something_else_has_to() -> None:
    stream = Stream("a\nb", "f")
    stream.word()
    with pytest.raises(NotModelledError, match="f:1: the line's end where a word has to be"):
        stream.word()
    with pytest.raises(NotModelledError, match=r"f:2: 'b' where '\{' has to be"):
        stream.expect("{")
    with pytest.raises(NotModelledError, match="f:2: the file ends"):
        stream.take()


def test_a_string_is_no_keyword() -> None:
    assert not Stream('"accept"', "f").skip("accept")


def test_a_statement_is_left_behind_with_its_blocks() -> None:
    stream = Stream("a { b\n c; } d; e", "f")
    stream.over()
    assert stream.now.text == ";"


def test_a_word_is_split_where_a_map_writes_no_space() -> None:
    stream = Stream("established:accept", "f")
    stream.split("established")
    assert [one.text for one in stream.tokens] == ["established", ":", "accept", ""]
    assert stream.between(0, 3) == "established:accept"


def test_what_stands_between_is_one_line() -> None:
    stream = Stream("a {\n  b,\n\tc }", "f")
    assert stream.between(0, len(stream.tokens) - 1) == "a { b, c }"
    assert stream.between(2, 2) == ""
