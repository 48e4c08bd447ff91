import pytest

from tce.read.junos_paths import paths
from tce.space.errors import NotModelledError


def shown(text: str) -> list[str]:
    return [" ".join(word.text for word in path) for path in paths(text, "f")]


def test_braces_become_paths() -> None:
    text = "a {\n b 1;\n c {\n  d;\n }\n e { }\n}\nf;"
    assert shown(text) == ["a b 1", "a c d", "a e", "f"]


def test_brackets_are_one_path_each() -> None:
    assert shown("a { b [ 1 2 ]; }") == ["a b 1", "a b 2"]
    assert shown("set a b [ 1 2 ]") == ["a b 1", "a b 2"]


def test_words_keep_their_lines() -> None:
    (path,) = paths("a {\n  b {\n    c;\n  }\n}\n", "f")
    assert [(word.text, word.line) for word in path] == [("a", 1), ("b", 2), ("c", 3)]


def test_comments_are_left_out_and_strings_are_one_word() -> None:
    assert shown('# x\na /* b { */ "c # d"; ## y\n') == ["a c # d"]


def test_what_is_inactive_is_left_out() -> None:
    assert shown("a { inactive: b { c; } inactive: d 1; e; }") == ["a e"]


def test_a_tag_for_loading_changes_nothing() -> None:
    assert shown("a { replace: b { c; } }") == ["a b c"]


def test_commands_are_carried_out_in_their_order() -> None:
    text = "set a b 1\nset a b 2\ndelete a b 1\nset c d\ndeactivate c\n"
    assert shown(text) == ["a b 2"]
    assert shown(f"{text}activate c\n") == ["a b 2", "c d"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a {", "f:1: the file ends in the middle"),
        ("a { b }", "f:1: a ; is missing"),
        ("}", "f:1: '}' is not modelled here"),
        ("a [ ];", r"f:1: '\]'"),
        ("a [ b", "f:1: the file ends"),
        ("a ];", r"f:1: '\]'"),
        ("a {" * 51, "f:1: more than 50 blocks"),
        ("protect: a;", "f:1: 'protect:'"),
        ('a "b\n', "f:1: "),
        ("set a [ b\n", r"f:1: a \[ without"),
        ("set a ; b\n", "f:1: ';'"),
        ("set a b\ninsert a b before c\n", "f:2: 'insert a b before c'"),
        ("a;\r\n", "f:1: the line ends in CR LF"),
    ],
)
def test_what_cannot_be_split_is_refused(text: str, why: str) -> None:
    with pytest.raises(NotModelledError, match=why):
        paths(text, "f")
