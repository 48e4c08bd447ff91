import math
import subprocess
import unicodedata
from pathlib import Path

import pygohcl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.emit.hcl import Block, Body, Call, Expr, Template, Value, hcl_text, quoted
from blueprints.emit.text import UnwritableError
from tests.labs.terraform import TERRAFORM, needs_terraform

ODD_WORDS = [
    "${x}",
    "$${x}",
    "$$${x}",
    "%{x}",
    "%%{",
    "$%{",
    "%${",
    "$",
    "$$",
    "%",
    '"',
    "\\",
    "\\${x}",
    "/**/",
    "*/",
    "#",
    "//",
    "é👍",
]
ODD_LINES = ("a\nb", "\r\n", "\t", "<<EOT\na\nEOT\n", "\x00", "\u2028", "%{ if x }")
ODD = st.sampled_from([*ODD_WORDS, *ODD_LINES])
TEXTS = (st.text(st.characters(exclude_categories=["Cs"])) | ODD).map(
    lambda text: unicodedata.normalize("NFC", text)
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.integers(-99, 99).map(lambda n: n / 8)
)
VALUES = st.recursive(
    SCALARS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=15,
)


@given(VALUES)
def test_the_real_parser_reads_back_what_was_given(value: Value) -> None:
    assert pygohcl.loads(hcl_text([("a", value)]).decode()) == {"a": value}


EVERYTHING: Body = [
    ("one", 1),
    ("longer_name", "text with ${interpolation}"),
    ("object", {"a": 1, "long-key": [1, 2], "for": None, "ä b": True}),
    ("after", 1.5),
    Block("terraform", (), [("required_version", ">= 1.6")]),
    Block(
        "resource",
        ("github_team", "members"),
        [
            ("for_each", Expr("var.teams")),
            ("name", Expr(f"each.value == {quoted('a')}")),
            ("nothing", {}),
            ("none", []),
            ("objects", [{"a": 1, "bc": "d"}, {}]),
            ("texts", ["x" * 60, "y" * 60]),
            ("called", Call("yamlencode", {"a": 1, "longer": [{"b": Expr("var.b")}]})),
            ("short", Call("jsonencode", [1])),
            ("file", Template('terraform {\n  a = "${var.a}"\n\n  b = 1\n}\n')),
            ("files", {"one": Template("a"), "more": 1}),
            Block("lifecycle", (), [("prevent_destroy", True), Block("empty")]),
            ("last", None),
        ],
    ),
]


def test_it_is_what_people_write() -> None:
    body = [EVERYTHING[2], *EVERYTHING[3:5]]
    assert hcl_text(body, "generated").decode() == (
        "# generated\n"
        "\n"
        "object = {\n"
        "  a          = 1\n"
        "  long-key   = [1, 2]\n"
        '  "for"      = null\n'
        '  "\\u00e4 b" = true\n'
        "}\n"
        "after = 1.5\n"
        "\n"
        "terraform {\n"
        '  required_version = ">= 1.6"\n'
        "}\n"
    )


@needs_terraform
def test_terraform_fmt_changes_nothing(tmp_path: Path) -> None:
    text = hcl_text(EVERYTHING, "generated")
    command = [str(TERRAFORM), "fmt", "-"]
    environ = {"HOME": str(tmp_path), "CHECKPOINT_DISABLE": "1"}  # it makes a folder in the home
    done = subprocess.run(command, input=text, env=environ, capture_output=True, check=True)
    assert done.stdout.decode() == text.decode()


def test_a_template_is_read_back_without_its_indent() -> None:
    text = hcl_text([Block("a", (), [("b", Template("x {\n  y\n}")), ("c", 1)])]).decode()
    assert text == "a {\n  b = <<-EOT\n    x {\n      y\n    }\n  EOT\n  c = 1\n}\n"
    assert pygohcl.loads(text)["a"] == {"b": "x {\n  y\n}\n", "c": 1}


@pytest.mark.parametrize("text", ["", "\n", "a\nEOT\nb", "  EOT"])
def test_a_template_that_would_end_early_is_a_mistake_of_the_caller(text: str) -> None:
    with pytest.raises(ValueError, match="would end"):
        Template(text)


@pytest.mark.parametrize("value", ["\ud800", math.nan, math.inf, {"\udfff": 1}])
def test_what_cannot_be_read_back_is_refused(value: Value) -> None:
    with pytest.raises(UnwritableError):
        hcl_text([("a", value)])


@pytest.mark.parametrize("name", ["", "1a", "a b", "a${x}", "a\n"])
def test_a_name_or_label_from_outside_is_a_mistake_of_the_caller(name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        hcl_text([(name, 1)])
    with pytest.raises(ValueError, match="no name"):
        hcl_text([Block(name)])


@pytest.mark.parametrize("label", ["", "a b", "${x}", 'a"', "a\n"])
def test_a_label_that_could_be_more_is_a_mistake_of_the_caller(label: str) -> None:
    with pytest.raises(ValueError, match="no label"):
        hcl_text([Block("a", (label,))])


@pytest.mark.parametrize("text", ["", "a\nb"])
def test_an_expression_is_one_line(text: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        Expr(text)


@pytest.mark.parametrize("value", [b"a", {1: 2}, {1, 2}])
def test_what_has_no_form_is_a_mistake_of_the_caller(value: Value) -> None:
    with pytest.raises(TypeError):
        hcl_text([("a", value)])
