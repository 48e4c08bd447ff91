"""Names that every standard takes: whatever a node is called, as an IRI."""

import re
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from governance.lineage.graph import Node

NODES = "urn:tutela:node:"
TERMS = "urn:tutela:terms:"
PRODUCER = "urn:tutela:producer"
_PLACE = "/-._~!$'()*+,;=@"
"""What stays as it is in the path of a place: unreserved characters and those that divide."""


def local(identity: str) -> str:
    """Return a node's id with everything but letters, digits, `-._~` and `/` percent-encoded."""
    return quote(identity, safe="/")


def identity_of(local_name: str) -> str:
    """Return the node's id that `local` was made from."""
    return unquote(local_name, errors="strict")


def iri(identity: str) -> str:
    """Return the IRI of a node."""
    return NODES + local(identity)


def place(uri: str) -> str:
    """Return the URI of a place with what no URI may hold percent-encoded.

    A `%` is encoded too: in a store it is a character like any other.
    """
    head, mark, rest = uri.partition("://")
    return f"{head}{mark}{quote(rest, safe=_PLACE)}" if mark else quote(uri, safe=_PLACE)


def places(node: Node) -> list[str]:
    """Return the URIs of an artifact and of its copies, encoded, in order."""
    uris = [node.artifact.uri, *node.also] if node.artifact else []
    return [place(uri) for uri in uris]


def digests(node: Node) -> list[tuple[str, str]]:
    """Return what is known of a node's content as (algorithm, hexadecimal digits)."""
    found = [one.partition(":") for one in node.digests]
    return [
        (algorithm, digits)
        for algorithm, _, digits in found
        if algorithm in ("md5", "sha256") and re.fullmatch(r"[0-9a-f]+", digits)
    ]


def time(moment: datetime) -> str:
    """Return a time as XML Schema and ISO 8601 write it, in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
