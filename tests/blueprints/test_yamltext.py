"""YAML text as plain values with lines; what YAML can hide is refused."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.yamltext import MAX_BYTES, InvalidFileError, load, path_text, quoted


def test_values_follow_the_yaml_1_2_core_schema() -> None:
    text = """
a: 12
b: -0.5
c: yes
d: 012:30
e: ~
f: 2026-11-22
g: "12"
h: [true, False, null, 0x1F, 0o17, 1e3]
i: {x: .5}
j: |
  two
  lines
"""
    assert load(text, "f.yaml").data == {
        "a": 12,
        "b": -0.5,
        "c": "yes",
        "d": "012:30",
        "e": None,
        "f": "2026-11-22",
        "g": "12",
        "h": [True, False, None, 31, 15, 1000.0],
        "i": {"x": 0.5},
        "j": "two\nlines\n",
    }


def test_every_value_has_its_line() -> None:
    lines = load("a: 1\nrules:\n  - id: x\n  - id: y\n    else: keep\n", "p.yaml").lines
    assert lines.of("a") == 1
    assert lines.of("rules") == 2
    assert lines.of("rules", 0) == 3
    assert lines.of("rules", 1) == 4
    assert lines.of("rules", 1, "else") == 5
    assert lines.at("rules", 1, "else") == "p.yaml:5"


def test_a_file_of_comments_may_be_an_empty_mapping() -> None:
    assert load("# nothing yet\n", "f", empty=True).data == {}
    with pytest.raises(InvalidFileError, match="has to be a mapping"):
        load("- a\n", "f", empty=True)


def test_what_is_not_there_has_the_line_of_what_should_hold_it() -> None:
    lines = load("a: 1\nrules:\n  - id: x\n", "p.yaml").lines
    assert lines.of("rules", 0, "keep") == 3
    assert lines.of("nothing") == 1
    assert lines.of() == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "f:1: is empty"),
        ("# only a comment\n", "f:1: is empty"),
        ("- a\n- b\n", "f:1: has to be a mapping (key: value) at its top"),
        ("text", "f:1: has to be a mapping (key: value) at its top"),
        ("a: 1\nb: 2\na: 3\n", 'f:3: key "a" stands here again (first on line 1)'),
        ("a: 1\nb:\n  c: 1\n  c: 2\n", 'f:4: key "c" stands here again (first on line 3)'),
        ("a: &x 1\nb: *x\n", "f:1: anchor &x is not allowed"),
        ("a: 1\nb: *x\n", "f:2: alias *x is not allowed; write it out"),
        ("a: 1\n--- \nb: 2\n", "f:2: only one YAML document is allowed"),
        ("%YAML 1.21\n---\na: 1\n", "f:1: is not YAML"),
        ("%YAML 1.1\n---\na: 1\n", "f:2: is read as YAML 1.2; remove the %YAML line"),
        ("? [a, b]\n: 1\n", "f:1: a key has to be plain text"),
        ("a: 1e999\n", "f:1: 1e999 is not a number that can be held"),
        ("a: .nan\n", "f:1: .nan is not a finite number"),
        ("a: 1\nb: [1\n", "f:2: is not YAML: expected ',' or ']', but got '<stream end>'"),
        ("a: 1\nb: \x1b[0m\n", "f:2: is not YAML: U+001B is not allowed"),
        ("a: !!str 1\n", 'f:1: tag "tag:yaml.org,2002:str" is not allowed'),
        (
            "a: !!python/object/apply:os.system ['true']\n",
            'f:1: tag "tag:yaml.org,2002:python/object/apply:os.system" is not allowed',
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, message: str) -> None:
    with pytest.raises(InvalidFileError) as caught:
        load(text, "f")
    assert str(caught.value) == message
    assert caught.value.messages == (message,)


def test_deep_nesting_is_refused_before_it_is_built() -> None:
    for text in ("a: " + "[" * 100_000, "- " * 100_000, "a: " + "{a: " * 50_000):
        with pytest.raises(InvalidFileError, match="nested deeper than 32 levels"):
            load(text, "f")


def test_an_alias_bomb_costs_nothing() -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    start = time.monotonic()
    with pytest.raises(InvalidFileError, match="anchor &a0 is not allowed"):
        load("\n".join(lines), "bomb.yaml")
    assert time.monotonic() - start < 1


def test_a_large_file_is_refused() -> None:
    with pytest.raises(InvalidFileError, match="is larger than 1048576 bytes"):
        load("a: " + "x" * MAX_BYTES, "f")
    with pytest.raises(InvalidFileError, match="is larger than 1048576 bytes"):
        load("a: " + "é" * (MAX_BYTES // 2), "f")


def test_thousands_of_digits_stay_text() -> None:
    assert load("a: " + "9" * 5000, "f").data == {"a": "9" * 5000}


@given(st.text(alphabet=st.characters(codec=None), max_size=60) | st.text("%!&*<>?:-[]{}|,1.\n ay"))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert read_or_refused(text)


def read_or_refused(text: str) -> bool:
    try:
        return isinstance(load(text, "f").data, dict)
    except InvalidFileError as error:
        return str(error).startswith("f:") and "\n" not in str(error)


def test_names_are_quoted_on_one_line() -> None:
    assert quoted('a"\n\x1b') == '"a\\"\\n\\u001b"'
    assert len(quoted("x" * 1000)) == 82


def test_a_path_reads_as_people_write_it() -> None:
    assert path_text(("rules", 2, "else")) == "rules[2].else"
    assert path_text(()) == ""


def test_places_are_lines_and_columns_where_they_are_asked_for() -> None:
    lines = load("a: 1\nrules:\n  - id: x\n    else: [y, {z: é}]\n", "p", columns=True).lines
    assert lines.place("rules", 0, "else") == (4, 5)
    assert lines.place("rules", 0, "else", 1, "z") == (4, 16)
    assert lines.place("rules", 0, "missing") == (3, 5)
    assert lines.at("rules", 0) == "p:3:5"
    assert load("a: 1\n", "p").lines.at("a") == "p:1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "f:1:1: is empty"),
        ("- a\n", "f:1:1: has to be a mapping (key: value) at its top"),
        ("a: 1\nb: {c: 1, c: 2}\n", 'f:2:11: key "c" stands here again (first on line 2)'),
        ("a: 1\nb: *x\n", "f:2:4: alias *x is not allowed; write it out"),
        ("a: 1\n--- \nb: 2\n", "f:2:1: only one YAML document is allowed"),
        ("%YAML 1.1\n---\na: 1\n", "f:1:1: is read as YAML 1.2; remove the %YAML line"),
        ("a: [1, .inf]\n", "f:1:8: .inf is not a finite number"),
        ("a: 1\nb: [1\n", "f:2:4: is not YAML: did not find expected ',' or ']'"),
        ("a: 1\nb: é\x1b[0m\n", "f:2:5: is not YAML: U+001B is not allowed"),
        ("a: !!str 1\n", 'f:1:4: tag "tag:yaml.org,2002:str" is not allowed'),
        ("a: '\ud800'\n", "f:1:5: is not YAML: U+D800 is not allowed"),
    ],
)
def test_what_is_wrong_is_told_with_its_column(text: str, message: str) -> None:
    with pytest.raises(InvalidFileError) as caught:
        load(text, "f", columns=True)
    assert str(caught.value) == message


@given(st.text(alphabet=st.characters(codec=None), max_size=60) | st.text("%!&*<>?:-[]{}|,1.\n ay"))
def test_both_readers_take_any_text_alike(text: str) -> None:
    try:
        quick = load(text, "f", columns=True).data
    except InvalidFileError as error:
        assert str(error).startswith("f:")  # noqa: PT017 - either may happen
        return
    try:
        assert load(text, "f").data == quick
    except InvalidFileError as error:
        # ruamel.yaml refuses a few texts that libyaml takes.
        assert "is not YAML" in str(error) or "is empty" in str(error)  # noqa: PT017


def test_a_large_text_may_be_asked_for() -> None:
    text = "a: " + "x" * MAX_BYTES
    assert len(str(load(text, "f", columns=True, max_bytes=2 * MAX_BYTES).data["a"])) == MAX_BYTES
