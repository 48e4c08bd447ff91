import json
import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from blueprints.check import events
from blueprints.check.events import Problem, plain, read, read_lines

NAMES = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\ufffe\uffff"),
    max_size=12,
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | NAMES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


def values(text: str) -> list[object]:
    return [document.data for document in read(text)[0]]


@given(VALUES)
def test_what_json_says_is_read_back(value: object) -> None:
    documents, problems = read(json.dumps(value, ensure_ascii=False))
    assert problems == ()
    assert [document.data for document in documents] == [value]


@given(VALUES)
def test_what_pyyaml_writes_is_read_back(value: object) -> None:
    assert values(yaml.safe_dump(value, allow_unicode=True)) == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True),
        ("off", False),
        ("n", False),
        ("~", None),
        ("", None),
        ("012", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000", 1000),
        ("1e3", 1000.0),
        (".5", 0.5),
        (".inf", float("inf")),
        ("1:30", "1:30"),
        ("2026-11-22", "2026-11-22"),
        ("089", 89.0),
        ("0o", "0o"),
        ("1.2.3", "1.2.3"),
        ("-", "-"),
        ("=", "="),
    ],
)
def test_plain_scalars_mean_what_they_mean_to_kubernetes(text: str, value: object) -> None:
    assert plain(text) == value
    assert type(plain(text)) is type(value)


def test_thousands_of_digits_stay_text() -> None:
    assert plain("9" * 5000) == "9" * 5000


def test_keys_are_text_as_they_are_written() -> None:
    assert values("on: 1\n2: b\nnull: c\n") == [{"on": 1, "2": "b", "null": "c"}]


def test_several_documents_have_their_lines() -> None:
    documents, problems = read("a: 1\n---\n# remark\n\nb: 2\n---\n")
    assert problems == ()
    assert [(one.data, one.line) for one in documents] == [({"a": 1}, 1), ({"b": 2}, 5), (None, 7)]


def test_every_value_has_its_line() -> None:
    (tree,) = read_lines("a:\n  b: 1\n  c:\n    - x\n    -\n      d: 2\n    - [y,\n       z]\n")
    a = tree[1]["a"]
    c = a[1]["c"]
    assert a[0] == 1
    assert (a[1]["b"][0], c[0]) == (2, 3)
    assert [c[1][n][0] for n in range(3)] == [4, 6, 7]
    assert c[1][1][1]["d"][0] == 6
    assert [c[1][2][1][n][0] for n in range(2)] == [7, 8]


def test_merge_keys_are_followed_and_told() -> None:
    text = "a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  b: 3\ne:\n  <<: [*x, {f: 4}]\n"
    documents, problems = read(text)
    assert documents[0].data == {
        "a": {"b": 1, "c": 2},
        "d": {"b": 3, "c": 2},
        "e": {"b": 1, "c": 2, "f": 4},
    }
    assert [(one.line, one.kind) for one in sorted(problems)] == [
        (3, "alias"),
        (3, "merge-key"),
        (6, "alias"),
        (6, "merge-key"),
    ]


def test_what_two_readers_may_read_differently_is_told() -> None:
    documents, problems = read(
        'a: 1\na: 2\nb: !thing 3\nc: !!str 4\n? [x]\n: 5\n!x d: 6\n"<<": 7\n'
    )
    assert documents[0].data == {"a": 2, "b": "3", "c": "4", "": 5, "d": 6, "<<": 7}
    assert problems == (
        Problem(2, "duplicate-key", 'the key "a" twice'),
        Problem(3, "tag", "a tag, which only some readers know"),
        Problem(5, "key", "a key that is no text"),
        Problem(7, "tag", "a tag, which only some readers know"),
    )


@pytest.mark.parametrize(
    ("text", "line", "kind"),
    [
        ("a: [\n", 2, "syntax"),
        ("a: b: c\n", 1, "syntax"),
        ("a: 1\n\tb: 2\n", 2, "syntax"),
        ("a: 1\nb: \x01\n", 2, "syntax"),
        ("a: *nowhere\n", 1, "syntax"),
        ("a: &a [*a]\n", 1, "syntax"),
        ("%YAML 9.9\n---\na\n", 1, "syntax"),
    ],
)
def test_what_is_no_yaml_is_told_with_its_line(text: str, line: int, kind: str) -> None:
    _, problems = read(text)
    assert [(one.line, one.kind) for one in problems if one.kind != "alias"] == [(line, kind)]


def test_a_tag_that_would_build_an_object_is_told_and_builds_none() -> None:
    documents, problems = read('a: !!python/object/apply:os.system ["x"]\nb: !!seq [z]\n')
    assert documents[0].data == {"a": ["x"], "b": ["z"]}
    assert [(one.line, one.kind) for one in problems] == [(1, "tag")]


def test_documents_before_a_mistake_are_read() -> None:
    documents, problems = read("a: 1\n---\nb: [\n")
    assert [document.data for document in documents] == [{"a": 1}]
    assert len(problems) == 1


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "- " * 100_000,
        "a:\n" + "".join(f"{' ' * n}a:\n" for n in range(1, 2000)),
        "? " * 50_000,
        "{a: " * 100_000,
    ],
)
def test_deep_nesting_ends_soon(text: str) -> None:
    start = time.monotonic()
    _, problems = read(text)
    assert {one.kind for one in problems} <= {"depth", "key", "syntax"}
    assert problems
    assert time.monotonic() - start < 5


def test_an_alias_bomb_ends_soon() -> None:
    lines = ["a: &a [x,x,x,x,x,x,x,x,x]"]
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]")
    documents, problems = read("\n".join(lines))
    assert documents == ()
    assert problems[-1].kind == "size"


def test_equal_texts_are_kept_once() -> None:
    documents, _ = read("a: some words\nb: some words\n")
    value = documents[0].data
    assert isinstance(value, dict)
    assert value["a"] is value["b"]


def test_a_file_of_too_many_values_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST_VALUES", 100)
    documents, problems = read("\n".join(f"- {n}" for n in range(200)))
    assert documents == ()
    assert [one.kind for one in problems] == ["size"]
