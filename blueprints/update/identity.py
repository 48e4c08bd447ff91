"""What makes an item of a list the same item in another version."""

from collections.abc import Sequence

from blueprints.update.yaml_tree import Value

FIELDS: tuple[tuple[str, ...], ...] = (
    ("kind", "metadata.name", "apiVersion?", "metadata.namespace?"),
    ("name",),
    ("id",),
    ("key",),
    ("path",),
    ("mountPath",),
    ("containerPort", "protocol?"),
    ("port", "protocol?"),
    ("host",),
    ("hostname",),
    ("repoURL",),
    ("repo",),
    ("url",),
    ("uses",),
    ("secretName",),
    ("secretKey",),
    ("cidr",),
    ("ip",),
)
"""Tried in this order; `a.b` is b within a, `?` may be missing."""


def identities(*sides: Sequence[Value]) -> list[list[Value]] | None:
    """A name for each item of each version, or None when the items have no identity.

    The first of `FIELDS` that every item of every version has and that is unique in each version.
    """
    if not any(sides):
        return None
    for fields in FIELDS:
        names = [[_name(item, fields) for item in side] for side in sides]
        if all(all(side) and len(set(side)) == len(side) for side in names):
            return [[name or () for name in side] for side in names]
    return None


def _name(item: Value, fields: Sequence[str]) -> Value | None:
    found: list[Value] = []
    for field in fields:
        value: Value | None = item
        for part in field.removesuffix("?").split("."):
            value = _field(value, part) if value else None
        if value is None:
            if not field.endswith("?"):
                return None
            value = ()
        elif value[0] not in ("text", "bare"):
            return None
        found.append(value)
    return tuple(found)


def _field(item: Value, name: str) -> Value | None:
    if not item or item[0] != "map":
        return None
    for part in item[3:]:
        if part[0] == ("text", name, "", ""):
            value = part[1]
            return value if isinstance(value, tuple) else None
    return None
