from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.evidence.serving.documents import (
    DEEPEST,
    BadDocumentError,
    List,
    Map,
    documents,
    parse_json,
    parse_yaml,
    walk,
)


def texts(text: str) -> list[tuple[str, str, int]]:
    """Key, text and line of every scalar."""
    return [
        (place.key, place.value, place.line)
        for place in walk(parse_yaml(text))
        if isinstance(place.value, str)
    ]


def test_values_come_with_their_keys_and_lines() -> None:
    assert texts("a: 1\nb:\n  c: x\n  d: [y, z]\n") == [
        ("a", "1", 1),
        ("c", "x", 3),
        ("d", "y", 4),
        ("d", "z", 4),
    ]


def test_documents_are_apart_and_know_their_lines() -> None:
    text = "# first\n---\na: 1\n--- # second\nb: |\n  ---\n...\n---\n\n"
    assert [(one.line, one.text) for one in documents(text)] == [
        (1, "# first\n"),
        (2, "\na: 1\n"),
        (4, " # second\nb: |\n  ---\n"),
    ]


def test_anchors_and_merges_are_followed() -> None:
    text = "base: &base {uri: s3://a}\nmodel: *base\nother:\n  <<: *base\n  uri: s3://b\n"
    assert [value for _, value, _ in texts(text)] == ["s3://a", "s3://a", "s3://a", "s3://b"]


def test_a_key_that_comes_twice_is_read_twice() -> None:
    top = parse_yaml("a: 1\na: 2\n")
    assert isinstance(top, Map)
    assert [value for _, value, _ in top.pairs] == ["1", "2"]
    assert top.get("a") == top.text("a") == "2"
    assert top.text("b") == ""


def test_tags_are_names_for_nothing() -> None:
    assert texts("a: !!python/object/apply:os.system ['touch x']\nb: !vault x\n? [k]\n: v\n") == [
        ("a", "touch x", 1),
        ("b", "x", 2),
        ("", "v", 3),
    ]


@pytest.mark.parametrize(
    "text", ["a: [1", "a: b: c", "*nothing", "a: &x [*x]", "\t- a", "[" * (DEEPEST + 1), "a: \x07"]
)
def test_what_cannot_be_read_is_said(text: str) -> None:
    with pytest.raises(BadDocumentError):
        list(walk(parse_yaml(text)))


def test_a_few_lines_that_spell_billions_are_not_spelled_out() -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20)]
    with pytest.raises(BadDocumentError, match="more values"):
        list(walk(parse_yaml("\n".join(lines))))


def test_the_line_of_a_mistake_is_named() -> None:
    with pytest.raises(BadDocumentError) as caught:
        parse_yaml("a: 1\nb: [1\nc: 2\n")
    assert caught.value.line in (2, 3)


def test_json_is_read_as_the_same_values() -> None:
    top = parse_json('{"a": [1, null, true], "b": {"c": "x"}, "b": 1.5}')
    assert isinstance(top, Map)
    assert isinstance(top.pairs[0][1], List)
    assert [place.value for place in walk(top) if isinstance(place.value, str)] == [
        *("1", "", "True", "x", "1.5")
    ]
    for text in ("{", "[" * 100_000, ""):
        with pytest.raises(BadDocumentError):
            parse_json(text)


@given(st.text(max_size=200) | st.text("ab:-[]{}&*!|>#'\"\n \t%@`,?", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for one in documents(text):
        with suppress(BadDocumentError):
            list(walk(parse_yaml(one.text)))


@given(st.lists(st.text("abc: -\n", max_size=20), max_size=5))
def test_splitting_loses_no_line(parts: list[str]) -> None:
    text = "\n---\n".join(parts)
    found = [(one.line, one.text) for one in documents(text)]
    lines = text.split("\n")
    for line, one in found:
        first = one.split("\n")[0]
        assert lines[line - 1].endswith(first)
