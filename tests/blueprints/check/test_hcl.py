"""HCL read and scanned."""

import pytest

from blueprints.check.hcl import Code, calls, code, loop_names, parse, repeated, traversals

TEXT = """variable "a" {
  # var.comment
  x = length(var.a) > 1 // local.comment
}
locals {
  y = "t-${var.b["z"]}-${lookup(local.z, "a", "${var.c}")} $${var.text}"
  z = [for k, v in var.members : v.role if k != each.key]
  w = <<-EOT
    hello ${var.d} /* var.e is text */ "
  EOT
  u = /* local.hidden */ github_team.t["x"].id
}
"""


def test_what_it_says_is_read_and_expressions_are_their_text() -> None:
    content, problems = parse(b'a = "${var.b}-c"\nd = [1, "e"]\n')
    assert problems == ()
    assert content == {"a": "${var.b}-c", "d": [1, "e"]}


@pytest.mark.parametrize(
    ("raw", "line", "words"),
    [
        (b"a = \n", 1, "expected the start of an expression"),
        (b"x {\n  a = 1\n", 1, "there is no closing brace"),
        (b"a = 1\na = 2\n", 2, "was already set on line 1"),
        (b"a = '\xff'\n", 1, "is not UTF-8 text"),
        (b"a = 1\nb = \0\n", 2, "holds a NUL character"),
        (b"\na = " + b"{a=" * 300, 2, "is nested deeper than 200 levels"),
        (b"#" * (1 << 20) + b"\n\n", 0, "is larger than 1 MiB"),
    ],
)
def test_what_is_no_hcl_is_told_with_its_line(raw: bytes, line: int, words: str) -> None:
    content, problems = parse(raw)
    assert content == {}
    assert problems[0].line == line
    assert words in problems[0].message
    assert "tmp.hcl" not in problems[0].message


def test_expressions_are_found_outside_of_texts_and_comments() -> None:
    found = {(".".join(parts), line) for piece in code(TEXT) for parts, line in traversals(piece)}
    assert found == {
        ("var.a", 3),
        ("var.b", 6),
        ("local.z", 6),
        ("var.c", 6),
        ("var.members", 7),
        ("v.role", 7),
        ("each.key", 7),
        ("var.d", 9),
        ("github_team.t", 11),
    }


def test_calls_and_names_of_loops_are_found() -> None:
    pieces = list(code(TEXT))
    assert {name for piece in pieces for name, _ in calls(piece)} == {"length", "lookup"}
    assert loop_names(pieces) == {"k", "v"}


def test_an_index_is_no_part_of_a_name() -> None:
    (found,) = traversals(Code("a_b.c[0].d", 3))
    assert found == (("a_b", "c", "d"), 3)


@pytest.mark.parametrize("text", ['"${', '"', "<<EOT\n${x", "/*", "}}}}", '"${"${"'])
def test_text_that_ends_too_early_is_scanned_without_failing(text: str) -> None:
    assert isinstance(list(code(text)), list)


def test_many_pieces_cost_no_time() -> None:
    assert len(list(code('a = ["x", "y"]\n' * 40_000))) == 80_001


def test_keys_that_stand_twice_in_one_object_are_told() -> None:
    text = """locals {
  a = { x = 1, y = { x = 2 }, z = [{ x = 1 }, { x = 2 }] }
  b = {
    "x" = "${lookup({ x = 1 }, "x")}" # x = 1
    y   = { for x in [] : x => 1 }
    x   = x == 1 ? 2 : 3
  }
}
"""
    assert list(repeated(text)) == [(6, "x", 4)]
