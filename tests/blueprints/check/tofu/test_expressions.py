"""Expressions of HCL as trees."""

from __future__ import annotations

import time

import pytest

from blueprints.check.tofu.expressions import UNKNOWN, Node, parse


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("3", Node("literal", 3)),
        ("1.5", Node("literal", 1.5)),
        ("true", Node("literal", True)),
        ("null", Node("literal", None)),
        ('"a b"', Node("literal", "a b")),
        ('"a\\n\\"b\\""', Node("literal", 'a\n"b"')),
        ('"$${a}"', Node("literal", "${a}")),
        ("(3)", Node("literal", 3)),
        ("name", Node("name", "name")),
        ("a.b", Node("attribute", "b", (Node("name", "a"),))),
        ("a[0]", Node("index", None, (Node("name", "a"), Node("literal", 0)))),
        ("a.0", Node("index", None, (Node("name", "a"), Node("literal", 0)))),
        ("[1, 2,]", Node("list", None, (Node("literal", 1), Node("literal", 2)))),
        ("{}", Node("object")),
        ("f()", Node("call", "f")),
        ("provider::a::f()", Node("call", "provider::a::f")),
        ("!a", Node("not", None, (Node("name", "a"),))),
        ("-1", Node("minus", None, (Node("literal", 1),))),
        ("# why\n3 # that", Node("literal", 3)),
        ("/* why */ 3", Node("literal", 3)),
        ("<<EOT\na\nb\nEOT\n", Node("literal", "a\nb\n")),
        ("<<-EOT\n    a\n      b\n    EOT\n", Node("literal", "a\n  b\n")),
    ],
)
def test_reads_what_hcl_is_made_of(text: str, node: Node) -> None:
    assert parse(text) == node


def test_a_template_keeps_its_parts_in_their_order() -> None:
    node = parse('"a ${b.c} d ${e}"')
    assert node.kind == "text"
    assert [part.kind for part in node.parts] == ["literal", "attribute", "literal", "name"]


def test_keys_of_objects_are_texts_unless_they_stand_in_brackets() -> None:
    node = parse('{ a = 1, "b" : 2, (c) = 3 }')
    assert node.parts[::2] == (Node("literal", "a"), Node("literal", "b"), Node("name", "c"))


def test_what_binds_more_strongly_is_read_first() -> None:
    node = parse("a || b && c == 1 + 2 * 3")
    assert node.value == "||"
    assert node.parts[1].value == "&&"
    product = node.parts[1].parts[1].parts[1].parts[1]
    assert (product.value, product.parts[0].value) == ("*", 2)


def test_a_condition_has_three_parts() -> None:
    assert [part.value for part in parse('a ? "b" : "c"').parts] == ["a", "b", "c"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a b",
        "a.",
        "a[",
        "(a",
        '"a',
        "{a}",
        "a.*.b",
        "a[*].b",
        '"${a"',
        "<<EOT\nnever ends",
        "f(",
        "?",
    ],
)
def test_what_is_not_understood_is_unknown(text: str) -> None:
    assert parse(text) == UNKNOWN


@pytest.mark.parametrize("text", ["[for a in b : a]", "{ for a in b : a => a }"])
def test_loops_are_unknown_and_what_follows_is_read(text: str) -> None:
    assert [part.kind for part in parse(f"[{text}, 3]").parts] == ["unknown", "literal"]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "[" * 100_000 + "]" * 100_000,
        "{a=" * 50_000,
        '"${' * 50_000,
        "f(" * 50_000,
        "!" * 100_000 + "a",
        "a" + ".b" * 100_000,
        "a" + "[0]" * 50_000,
        "1" + "+1" * 50_000,
        "a ? " * 50_000,
        "9" * 100_000,
    ],
)
def test_hostile_text_is_read_in_no_time_and_without_an_error(text: str) -> None:
    start = time.perf_counter()
    assert isinstance(parse(text), Node)
    assert time.perf_counter() - start < 5
