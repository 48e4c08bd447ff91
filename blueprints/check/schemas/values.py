"""An object as a schema is to see it."""

from typing import Any

from blueprints.check.documents import Object


def as_served(obj: Object) -> Any:
    """The value of ``obj``; of one that a chart rendered, without keys that have no value.

    Charts leave such keys behind (``resources:`` with nothing under it), and the API server drops
    them. In a file that people write, they are a value that was forgotten.
    """
    return without_nulls(obj.data) if obj.rendered_from else obj.data


def without_nulls(value: Any) -> Any:
    """``value`` without keys and items that are null; what holds none is the same object."""
    if isinstance(value, dict):
        inside = {key: without_nulls(one) for key, one in value.items() if one is not None}
        same = len(inside) == len(value) and all(inside[key] is value[key] for key in inside)
        return value if same else inside
    if isinstance(value, list):
        items = [without_nulls(one) for one in value if one is not None]
        same = len(items) == len(value) and all(a is b for a, b in zip(items, value, strict=True))
        return value if same else items
    return value
