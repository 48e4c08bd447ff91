"""Label selectors."""

import pytest

from blueprints.check.cluster.selector import contains, is_empty, match_labels, selects

CARRIED = {"app": "web", "tier": "front"}


@pytest.mark.parametrize(
    ("selector", "hit"),
    [
        ({}, True),
        ({"matchLabels": {"app": "web"}}, True),
        ({"matchLabels": {"app": "db"}}, False),
        ({"matchExpressions": [{"key": "app", "operator": "In", "values": ["web", "db"]}]}, True),
        ({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}, False),
        ({"matchExpressions": [{"key": "tier", "operator": "Exists"}]}, True),
        ({"matchExpressions": [{"key": "tier", "operator": "DoesNotExist"}]}, False),
        ({"matchExpressions": [{"key": "tier", "operator": "Like"}]}, False),
        (None, False),
        ("app=web", False),
    ],
)
def test_a_selector_takes_or_leaves(selector: object, hit: bool) -> None:
    assert selects(selector, CARRIED) is hit


def test_an_empty_selector_is_one_without_a_condition() -> None:
    assert is_empty({})
    assert is_empty({"matchLabels": {}})
    assert not is_empty({"matchLabels": {"app": "web"}})
    assert not is_empty(None)


def test_plain_labels_have_to_be_there_all() -> None:
    assert contains({"app": "web"}, CARRIED)
    assert not contains({"app": "web", "zone": "a"}, CARRIED)


def test_an_expression_with_one_value_is_an_equality() -> None:
    one = {"key": "tier", "operator": "In", "values": ["front"]}
    assert match_labels({"matchLabels": {"app": "web"}, "matchExpressions": [one]}) == CARRIED
