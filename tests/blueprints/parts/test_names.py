"""Names mean themselves everywhere, or are refused."""

from __future__ import annotations

import json
import re
from typing import Any

import pygohcl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from blueprints.emit.hcl import hcl_text
from blueprints.emit.yaml import yaml_text
from blueprints.parts import names
from blueprints.yamltext import load

HOSTILE = [
    "",
    " ",
    "a b",
    "a\nb",
    "a\n",
    "{{ cookiecutter }}",
    "{% raw %}",
    "${path.root}",
    "%{ if true }",
    "a'b",
    'a"b',
    "a`id`",
    "$(id)",
    "a;b",
    "a|b",
    "a&b",
    "a*b",
    "*/",
    "../a",
    "..",
    ".",
    "a/../b",
    "-a",
    "~",
    "a\\b",
    "a\x00b",
    "a\u202eb",
    "\uff41",
    "\u0430dmin",
    "system:masters",
    "a,b",
    "a#b",
    "a: b",
    "!a",
    "@a",
    "a%0ab",
]
NAMED = {
    name: getattr(names, name)
    for name in (
        "Name",
        "ShortName",
        "ProjectName",
        "Group",
        "Account",
        "Host",
        "Fqdn",
        "Url",
        "StoreKey",
        "Folder",
        "SubPath",
        "Bucket",
        "LabelValue",
        "LabelKey",
        "Registry",
        "Image",
        "Schedule",
        "Day",
        "Uuid",
        "KubernetesVersion",
        "GitRef",
        "Quantity",
        "Cidr",
    )
}
ADAPTERS: dict[str, TypeAdapter[str]] = {name: TypeAdapter(kind) for name, kind in NAMED.items()}


def accepts(kind: str, text: object) -> bool:
    try:
        ADAPTERS[kind].validate_python(text)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("kind", NAMED)
def test_hostile_text_is_no_name(kind: str) -> None:
    taken = [text for text in HOSTILE if accepts(kind, text)]
    assert taken == []


@pytest.mark.parametrize("kind", NAMED)
@given(text=st.text(max_size=80))
def test_what_is_let_through_needs_no_quotes_anywhere(kind: str, text: str) -> None:
    if accepts(kind, text):
        assert re.fullmatch(r"[A-Za-z0-9._/:@+* -]+", text)


@pytest.mark.parametrize("kind", ["Name", "ShortName", "ProjectName"])
@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "true", "false", "null", "y", "n"])
def test_a_word_that_is_a_value_elsewhere_is_no_name(kind: str, word: str) -> None:
    assert not accepts(kind, word)


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("Name", ["a", "a-1", "a" * 63], ["A", "1a", "a_b", "a-", "a.b", "a" * 64]),
        ("ProjectName", ["climate", "a" * 40], ["a" * 41, "Climate", "9to5"]),
        ("Group", ["climate-admins", "a.b_c", "1"], ["A", "a:b", "a" * 81]),
        ("Account", ["Ada", "ada@example.org", "a+b"], ["a:b", "a/b", "a" * 129]),
        ("Host", ["a.example.org", "xn--a.org"], ["localhost", "A.org", "a..org", "a.org."]),
        ("Fqdn", ["*.example.org", "a.org"], ["*", "*.*.org", "a.*.org"]),
        (
            "Url",
            ["https://a.org", "https://a.org:8443/b/c/"],
            ["http://a.org", "https://u:p@a.org", "https://a.org/?x", "https://a.org/#x"],
        ),
        ("Bucket", ["abc", "a.b-c"], ["ab", "A_b", "a" * 64]),
        (
            "Image",
            [f"registry.org/a/b:1@sha256:{'0' * 64}", f"r:5000/a@sha256:{'f' * 64}"],
            ["registry.org/a:1", f"a@sha256:{'0' * 64}", f"registry.org/a@sha256:{'0' * 63}"],
        ),
        (
            "Schedule",
            ["17 3 * * *", "0 0 1 1 0"],
            ["@daily", "60 0 * * *", "* * * * *", "0 0 * * * *", "0 24 * * *"],
        ),
        ("Day", ["2027-01-31"], ["2027-13-01", "27-01-01", "2027-1-1"]),
        ("Uuid", ["5c" * 16], ["5C" * 16, "5c" * 15]),
        ("KubernetesVersion", ["1.33"], ["1.9", "v1.33", "1.33.1", "2.0"]),
        ("Quantity", ["500m", "4", "16Gi", "2T"], ["0", "-1", "1.5", "1e3", "4 Gi", "4gi", "0Gi"]),
        (
            "Cidr",
            ["192.0.2.0/24", "2001:db8::/32", "192.0.2.1/32"],
            ["0.0.0.0/0", "::/0", "192.0.2.1/24", "a/24", "192.0.2.0/33", "fe80::%$(id)/64"],
        ),
    ],
)
def test_examples_of_each_kind(kind: str, right: list[str], wrong: list[str]) -> None:
    assert [text for text in right if not accepts(kind, text)] == []
    assert [text for text in wrong if accepts(kind, text)] == []


@pytest.mark.parametrize("value", [1, 1.5, True, None, ["a"], {"a": "b"}])
def test_a_value_of_another_type_is_no_name(value: Any) -> None:
    assert [kind for kind in NAMED if accepts(kind, value)] == []


@pytest.mark.parametrize(
    ("less", "more"), [("999m", "1"), ("1Gi", "2G"), ("1000Mi", "1Gi"), ("1T", "1Ti"), ("3", "4")]
)
def test_quantities_are_ordered(less: str, more: str) -> None:
    assert names.thousandths(less) < names.thousandths(more)


def test_the_same_amount_in_other_words_is_the_same() -> None:
    assert names.thousandths("1Ti") == names.thousandths("1024Gi")
    assert names.thousandths("2") == names.thousandths("2000m")


FREE: TypeAdapter[str] = TypeAdapter(names.FreeText)


@given(st.text(min_size=1, max_size=100))
def test_free_text_arrives_intact_in_yaml_json_and_hcl_or_is_refused(text: str) -> None:
    try:
        said = FREE.validate_python(text)
    except ValidationError:
        return
    assert load(yaml_text([{"a": said}]).decode(), "a.yaml").data == {"a": said}
    assert json.loads(json.dumps(said)) == said
    assert pygohcl.loads(hcl_text([("a", said)]).decode())["a"] == said


@pytest.mark.parametrize("text", ["\x00", "a\x1b[31m", "\u202eabc", "\ud800", "", "a" * 301])
def test_free_text_without_anything_hidden(text: str) -> None:
    with pytest.raises(ValidationError):
        FREE.validate_python(text)
