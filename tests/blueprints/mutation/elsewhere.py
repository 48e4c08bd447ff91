"""Values that point at something: which they are, and what else they could point at."""

from __future__ import annotations

import random
import re
from typing import Any

from tests.blueprints.mutation.trees import Place, name_at

_KEYS = re.compile(
    r"(?:.*(?:[Nn]ame|[Nn]amespace|[Rr]ef|[Pp]ath|URL|[Uu]rl|URI|URIs|[Hh]ost|[Pp]ort|[Ss]erver"
    r"|[Ii]mage|[Ii]ssuer|[Rr]epo|[Kk]ey|[Bb]ucket|[Rr]egion|[Ee]ndpoint|[Gg]roups?|ID|[Ss]ource"
    r"|[Pp]roject|Revision|[Cc]lass|[Mm]ode)"
    r"|kind|property|chart|digest|newTag|uses|container|branch|branches|ref|resources|repository"
    r"|organization|organisation|team|orgs|teams|cidr|hostnames|hostname|sourceRepos|destinations"
    r"|sourceNamespaces|topologyKey|mountPath|subPath|database|user|entrypoint)\Z"
)
_SHAPES = re.compile(
    r"(?:[a-z][a-z0-9+]*://\S+|\S+@sha256:[0-9a-f]{64}|\S+\.(?:svc|local|ch|org|com|net|io)\b\S*"
    r"|/[\w./-]+|[\w.-]+/[\w./-]+|[\w.-]+:\d+)\Z"
)
_SELECTS = ("matchLabels", "selector", "nodeSelector", "podSelector", "labels")


def points(place: Place, value: Any) -> bool:
    """Whether a value at a place is the name, the address or the number of something else."""
    if isinstance(value, bool) or not isinstance(value, str | int) or not place or value == "":
        return False
    key = name_at(place)
    if any(step in _SELECTS for step in place[:-1]):
        return isinstance(value, str)
    if isinstance(value, int):
        return key.lower().endswith("port")
    if "\n" in value or " " in value:
        return False
    return _KEYS.match(key) is not None or _SHAPES.match(value) is not None


def another(value: Any, seen: list[Any], chance: random.Random) -> Any:
    """What stands elsewhere under the same key, or a target that does not exist."""
    others = [one for one in seen if one != value and type(one) is type(value)]
    if others and chance.random() < 0.6:
        return chance.choice(others)
    if isinstance(value, int):
        return value + 1 if value < 65535 else value - 1
    digest = re.search(r"@sha256:([0-9a-f]{64})", value)
    if digest and chance.random() < 0.5:
        return value.replace(digest[1], digest[1][::-1])
    host = re.match(r"([a-z][a-z0-9+]*://)([^/:]+)(.*)\Z", value)
    if host and chance.random() < 0.6:
        return f"{host[1]}elsewhere.example.net{host[3]}"
    if "/" in value and chance.random() < 0.5:
        head, _, tail = value.rstrip("/").rpartition("/")
        return f"{head}/elsewhere" if tail else f"{value}elsewhere"
    return f"{value}-elsewhere"
