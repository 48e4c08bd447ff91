"""Schemas of charts' values."""

from __future__ import annotations

import jsonschema_rs
import pytest

from blueprints.kinds.cluster.components import schema


def test_a_mapping_needs_every_key_and_knows_no_other() -> None:
    made = schema.whole("c", {"a": schema.NAME, "b": schema.WORD}, ("b",))
    judge = jsonschema_rs.validator_for(made)
    assert judge.is_valid({"a": "x"})
    assert not judge.is_valid({"b": "x"})
    assert not judge.is_valid({"a": "x", "c": 1})


def test_a_list_is_bounded_and_says_nothing_twice() -> None:
    judge = jsonschema_rs.validator_for(schema.some(schema.NAME, most=2))
    assert judge.is_valid(["a", "b"])
    assert not judge.is_valid([])
    assert not judge.is_valid(["a", "a"])
    assert not judge.is_valid(["a", "b", "c"])


def test_keys_fit_their_pattern() -> None:
    judge = jsonschema_rs.validator_for(schema.by_name("^[a-z]+$", schema.AMOUNT, most=2))
    assert judge.is_valid({"cpu": "4"})
    assert not judge.is_valid({"CPU": "4"})
    assert not judge.is_valid({"cpu": "4,5"})


@pytest.mark.parametrize(
    ("what", "good", "bad"),
    [
        (schema.VERSION, "v1.18.2", "1.18"),
        (schema.HOST, "ns1.example.org", "ns1"),
        (schema.URL, "https://a.example.org/x", "http://a.example.org"),
        (schema.KEY, "clusters/dns", "/clusters/dns"),
        (schema.AMOUNT, "3200Gi", "0"),
    ],
)
def test_a_text_is_all_of_its_pattern(what: schema.Schema, good: str, bad: str) -> None:
    judge = jsonschema_rs.validator_for(what)
    assert judge.is_valid(good)
    assert not judge.is_valid(bad)
