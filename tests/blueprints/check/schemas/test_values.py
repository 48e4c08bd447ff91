"""Objects as schemas are to see them."""

from blueprints.check.documents import Object
from blueprints.check.schemas.values import as_served, without_nulls


def test_what_is_empty_goes_from_rendered_objects_only() -> None:
    data = {"apiVersion": "v1", "kind": "Pod", "spec": {"a": None, "b": [None, 1]}}
    assert as_served(Object("a", data)) is data
    rendered = as_served(Object("a", data, rendered_from="chart"))
    assert rendered == {"apiVersion": "v1", "kind": "Pod", "spec": {"b": [1]}}


def test_what_has_no_nulls_is_not_copied() -> None:
    data = {"a": [1, {"b": "c"}]}
    assert without_nulls(data) is data
