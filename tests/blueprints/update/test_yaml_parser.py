"""YAML cut into entries of whole lines."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from blueprints.update.yaml_parser import MAX_CHARACTERS, parse
from blueprints.update.yaml_tree import Block, Entry, Leaf, NotForMerging, Tree
from tests.blueprints.update.yaml_cases import documents, written

HARD = """\
# top
a: 1  # one
b:   # map
  c: |
    x # no comment

    y
  # inner
  d:
  - e: 1
    f: 2
  -   g
  - - h
    - i
  -
    # before u
    - u: 1
  empty:
  k: &x
    z: 1
  l: *x
  m: !t {a: 1}
  "q # r": 's # t'
  empty2: # said nothing
# before
n: "multi # no
  line"
...
---
# doc 2
q: 1
# tail
"""


def put_together(tree: Tree) -> str:
    lines = [line for document in tree.documents for line in (*document.lead, *document.lines)]
    return "".join([*lines, *tree.tail])


def check(entry: Entry) -> None:
    """The parts of an entry are its lines."""
    if isinstance(entry.node, Leaf):
        assert entry.node.before + entry.node.text + entry.node.after == "".join(entry.lines)
        return
    inner = [line for one in entry.node.entries for line in (*one.lead, *one.lines)]
    lines = [*entry.node.head, *inner]
    if entry.dashed and not entry.node.head:
        lines[0] = lines[0][: entry.column] + "-" + lines[0][entry.column + 1 :]
    assert lines == list(entry.lines)
    for one in entry.node.entries:
        check(one)


def test_a_file_is_put_together_again_from_its_entries() -> None:
    tree = parse(HARD)
    assert put_together(tree) == HARD
    for document in tree.documents:
        check(document)


def test_comments_are_found_and_nothing_that_only_looks_like_one() -> None:
    assert parse(HARD).comments == (
        "# top",
        "# one",
        "# map",
        "# inner",
        "# before u",
        "# said nothing",
        "# before",
        "# doc 2",
        "# tail",
    )


@given(st.data())
def test_so_is_every_file(data: st.DataObject) -> None:
    text = data.draw(written(data.draw(documents), comments=True))
    tree = parse(text)
    assert put_together(tree) == text
    for document in tree.documents:
        check(document)


@given(st.data())
def test_how_it_is_written_does_not_change_what_it_says(data: st.DataObject) -> None:
    document = data.draw(documents)
    one = parse(data.draw(written(document, comments=True)))
    other = parse(data.draw(written(document, comments=False)))
    assert one.documents[0].node.says == other.documents[0].node.says


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a: x\n", 'a: "x"\n', True),
        ("a: 1\n", 'a: "1"\n', False),
        ("a: on\n", 'a: "on"\n', False),
        ("a: 1e3\n", 'a: "1e3"\n', False),
        ("a: 0o7\n", 'a: "0o7"\n', False),
        ("a: 1:30\n", 'a: "1:30"\n', False),
        ("a: 2026-11-22\n", 'a: "2026-11-22"\n', False),
        ("a: <<\n", 'a: "<<"\n', False),
        ("a: ~\n", 'a: "~"\n', False),
        ("a: .inf\n", 'a: ".inf"\n', False),
        ("a: 10Gi\n", 'a: "10Gi"\n', True),
        ("a: 1.33.1-rc\n", 'a: "1.33.1-rc"\n', True),
        ("a: .\n", 'a: "."\n', True),
        ("a: (x) => y && z, w\n", 'a: "(x) => y && z, w"\n', True),
        ("a: {b: c}\n", "a:\n  b: c\n", True),
        ("a: [b]\n", "a:\n- b\n", True),
        ("a: b\nc: d\n", "c: d\na: b\n", True),
        ("- a\n- b\n", "- b\n- a\n", False),
        ("a: &x b\n", "a: b\n", False),
        ("a: !t b\n", "a: b\n", False),
        ("a: |\n  b\n", 'a: "b\\n"\n', True),
        ("a:\n", "a: null\n", False),
    ],
)
def test_what_says_the_same_is_equal(one: str, other: str, same: bool) -> None:
    said = [parse(text).documents[0].node.says for text in (one, other)]
    assert (said[0] == said[1]) == same


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2\n",
        "a: {b: 1, b: 2}\n",
        "a: *b\n",
        "a: [\n",
        "{{ x }}: 1\n{% if %}\n",
        "? a\n: b\n",
        "%YAML 1.1\n---\na: 1\n",
        "--- a\n",
        "---\n---\na: 1\n",
        "a: 1\r\nb: 2\r\n",
        "\ufeffa: 1\n",
        "a: b\u2028c: d\n",
        "\0",
        "a:\n\t- b\n",
        "a:\n" + "".join("  " * depth + "a:\n" for depth in range(1, 100)),
        "[" * 1000,
        "a: b\n" * (MAX_CHARACTERS // 4),
    ],
)
def test_what_cannot_be_cut_into_lines_is_refused(text: str) -> None:
    with pytest.raises(NotForMerging):
        parse(text)


@given(st.data())
def test_the_parser_sees_the_same_at_the_same_places_as_ruamel_yaml(data: st.DataObject) -> None:
    text = data.draw(st.one_of(st.just(HARD), written(data.draw(documents), comments=True)))
    fast = yaml.parse(text, Loader=yaml.CSafeLoader)
    slow = YAML(typ="safe", pure=True).parse(text)
    assert [_place(event) for event in fast] == [_place(event) for event in slow]


def _place(event: Any) -> tuple[object, ...]:
    value = getattr(event, "value", None)
    if value == "":  # an empty value: neither place is where it would stand
        return type(event).__name__, value
    return type(event).__name__, value, event.start_mark.index, event.end_mark.index


@given(st.text(st.sampled_from("ab:-#{}[]|>&*!?'\" \n\t%@,"), max_size=40))
def test_any_text_is_cut_or_refused(text: str) -> None:
    try:
        tree = parse(text)
    except NotForMerging:
        return
    assert put_together(tree).rstrip("\n") == text.rstrip("\n")
    for document in tree.documents:
        check(document)


def test_a_document_of_nothing_but_comments_has_none() -> None:
    assert parse("# only\n") == Tree((), ("# only\n",), ("# only",))
    assert parse("") == Tree(())


def test_a_scalar_document_is_one_leaf() -> None:
    node = parse("just text\n").documents[0].node
    assert isinstance(node, Leaf)


def test_a_list_in_the_column_of_its_key_is_its_value() -> None:
    node = parse("a:\n- b\n- c\n").documents[0].node
    assert isinstance(node, Block)
    inner = node.entries[0].node
    assert isinstance(inner, Block)
    assert (inner.mapping, inner.column, len(inner.entries)) == (False, 0, 2)
