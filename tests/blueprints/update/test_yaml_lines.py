"""Lines of YAML in another column."""

from blueprints.update.yaml_lines import dash, empty, lead_of, lines_of, moved, with_value
from blueprints.update.yaml_parser import parse
from blueprints.update.yaml_tree import Block, Entry


def entry(text: str, at: int = 0) -> Entry:
    node = parse(text).documents[0].node
    assert isinstance(node, Block)
    return node.entries[at]


def test_lines_move_further_in_and_out_blank_ones_stay() -> None:
    assert moved(["a\n", "\n", "  b\n"], 2) == ["  a\n", "\n", "    b\n"]
    assert moved(["    a\n", "\n", " b\n"], -2) == ["  a\n", "\n", "b\n"]


def test_an_entry_stands_in_the_column_that_is_asked_for() -> None:
    one = entry("a: 1\n# c\nb:\n  c: 2\n", 1)
    assert lead_of(one, 4) == ["    # c\n"]
    assert lines_of(one, 4) == ["    b:\n", "      c: 2\n"]
    assert lines_of(None, 4) == []


def test_a_new_value_stands_on_the_users_line() -> None:
    sides = entry("a: 1\n"), entry('a: "2"\n'), entry("a:   1   # ours\n")
    assert with_value(*sides, 0) == ['a:   "2"   # ours\n']


def test_a_new_comment_too_where_the_user_has_none_of_their_own() -> None:
    sides = entry("a: 1\n"), entry("a: 2  # new\n"), entry("a: '1'\n")
    assert with_value(*sides, 0) == ["a: 2  # new\n"]


def test_a_value_of_several_lines_is_taken_whole() -> None:
    sides = entry("a: 1\n"), entry("a: |\n  x\n"), entry("a:  1\n")
    assert with_value(*sides, 0) == ["a: |\n", "  x\n"]


def test_nothing_left_is_written_as_nothing() -> None:
    block = entry("a:\n- b\n").node
    assert isinstance(block, Block)
    assert empty(["a:\n"], block, 0, dashed=False) == ["a: []\n"]
    assert empty([], block, 2, dashed=True) == ["  - []\n"]


def test_the_dash_stands_before_the_first_entry_and_after_comments() -> None:
    assert dash(["  # c\n", "  a: 1\n", "  b: 2\n"], 0) == ([], ["  # c\n", "- a: 1\n", "  b: 2\n"])
    assert dash(["<<<<<<< yours\n"], 2) == (["  -\n"], ["<<<<<<< yours\n"])
