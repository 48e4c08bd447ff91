"""Trees of documents: opened, closed, changed in one place."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tests.blueprints.mutation import trees
from tests.blueprints.mutation.sample import FILES
from tests.blueprints.mutation.trees import INSIDE

YAMLS = sorted(name for name in FILES if name.endswith(".yaml") and "templates" not in name)

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x85\u2028\u2029\ufeff\x7f"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=8,
)


@given(VALUES)
def test_what_is_written_is_read_back_by_two_parsers(value: Any) -> None:
    text = trees.written([value])
    assert trees.read(text) == ([] if value is None else [value])
    assert list(YAML(typ="safe", pure=True).load_all(text)) == [value]


@given(st.sampled_from(["on", "1e3", "0o7", "012", "1:30", "~", "2026-01-01", "=", "<<", "a: b"]))
def test_what_looks_like_something_else_is_quoted(text: str) -> None:
    assert trees.written([{"a": text}]).strip().endswith(f'"{text}"')


@pytest.mark.parametrize("name", YAMLS)
def test_a_file_that_is_opened_and_closed_holds_the_same(name: str) -> None:
    documents = trees.read(FILES[name])
    closed = [trees.closed(trees.opened(document)) for document in documents]
    opened = [trees.opened(document) for document in documents]
    assert [trees.opened(document) for document in closed] == opened


def test_a_file_in_a_config_map_is_opened() -> None:
    tree = trees.opened(trees.read(FILES["projects/a/config.yaml"])[0])
    places = dict(trees.nodes(tree))
    assert places["data", "app.yaml", INSIDE, "limits", "tokens"] == 10
    assert places["data", "settings.json", INSIDE, "a", 1] == 2
    assert places["data", "start.sh"].startswith("#!/bin/sh")


def test_a_change_leaves_the_tree_as_it_was_and_every_other_node() -> None:
    tree = trees.opened(trees.read(FILES["projects/a/config.yaml"])[0])
    place = ("data", "app.yaml", INSIDE, "limits", "tokens")
    other = trees.changed(tree, place, 11)
    assert trees.at(tree, place) == 10
    assert trees.at(other, place) == 11
    assert "tokens: 11" in trees.closed(other)["data"]["app.yaml"]
    assert trees.at(trees.without(tree, place), place[:-1]) == {}
    assert trees.at(trees.renamed(tree, place, "tokns"), place[:-1]) == {"tokns": 10}
    assert trees.at(
        trees.inserted(tree, ("data", "settings.json", INSIDE, "a", 0), 7),
        (
            "data",
            "settings.json",
            INSIDE,
            "a",
        ),
    ) == [1, 7, 2]
