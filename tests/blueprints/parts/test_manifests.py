"""Whatever people call things, the same objects are rendered, with those words in them."""

from __future__ import annotations

import json
from typing import Any

import pygohcl
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from blueprints.parts.manifests import labels, manifest
from blueprints.parts.names import FreeText
from tests.blueprints.kinds.sandbox.specifications import project, rendered, typed
from tests.prove import share

FREE: TypeAdapter[str] = TypeAdapter(FreeText)
PLAIN = "plain-words"


def read(title: str) -> dict[str, Any]:
    """Every file, as its own reader takes it."""
    exception = {"name": "hub", "why": title, "cidr": "192.0.2.0/24", "ports": [443]}
    made = rendered(typed(project(title=title, network={"egress": [exception]})))
    said: dict[str, Any] = {}
    for path, text in made.items():
        if path.endswith(".yaml"):
            said[path] = list(yaml.safe_load_all(text))
        elif path.endswith(".tf"):
            said[path] = pygohcl.loads(text)
        elif path.endswith(".json"):
            said[path] = json.loads(text)
        else:
            said[path] = text
    return said


def replaced(value: Any, new: str) -> Any:
    if isinstance(value, dict):
        return {key: replaced(inner, new) for key, inner in value.items()}
    if isinstance(value, list):
        return [replaced(inner, new) for inner in value]
    return new if value == PLAIN else value


EXPECTED = read(PLAIN)
NASTY = st.lists(
    st.sampled_from(
        [
            "{{", "}}", "{%", "${", "%{", "}", '"', "'", "`", "\n", "\\", "*/", "#", "---\n", ": ",
            "- ", "$(id)", "&a", "*a", "!!", "<<", "\t", " ", "~", "null", "yes", "0x1", "é", "漢",
        ]
    ),
    min_size=1,
    max_size=8,
).map("".join)  # fmt: skip


@settings(max_examples=share(600))
@given(NASTY | st.text(min_size=1, max_size=40))
def test_any_title_arrives_where_a_plain_one_does_and_changes_nothing_else(title: str) -> None:
    try:
        wanted = FREE.validate_python(title)
    except ValidationError:
        return
    assert read(title) == replaced(EXPECTED, wanted)


def test_labels_say_what_a_thing_belongs_to() -> None:
    assert labels("climate", "data") == {
        "app.kubernetes.io/part-of": "climate",
        "app.kubernetes.io/component": "data",
        "app.kubernetes.io/managed-by": "tutela",
    }


def test_a_manifest_has_its_keys_in_the_usual_order() -> None:
    made = manifest("v1", "ConfigMap", "a", namespace="b", part_of="c", component="d", data={})
    assert list(made) == ["apiVersion", "kind", "metadata", "data"]
    assert list(made["metadata"]) == ["name", "namespace", "labels"]  # type: ignore[call-overload]
