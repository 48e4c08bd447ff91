"""Whether what the provider is asked to confirm is what the specification says.

The sheet is what people compare with what is installed: a VLAN or a prefix that is wrong there is
installed wrong, and every filter that was proved stands somewhere else.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from tce.prove.intent import Intent
from tce.prove.ranges import network, union
from tce.prove.report import Finding
from tce.read.manifests import Source
from tce.space.errors import NotModelledError
from tce.space.header import FAMILIES

NAME = "assignment"
FILE = "network/assignment.yaml"
SCHEMA = "tutela/assignment/v1"
_TAGS = {"tce": "id", "transit": "uplink", "workers": "workers"}


def assignment(source: Source, vlan: Mapping[str, Any], intent: Intent) -> Iterator[Finding]:
    """What is wrong with it; may raise NotModelledError."""
    if FILE not in source:
        yield Finding(NAME, "link", FILE, 0, "there is no such file")
        return
    try:
        node = yaml.compose(source[FILE], Loader=yaml.SafeLoader)
        data = yaml.safe_load(source[FILE])
        schema = dict(data).get("schema")
        zones = {str(name): dict(zone) for name, zone in dict(data["zones"]).items()}
        filters = [dict(one) for one in data["filters"]]
    except (yaml.YAMLError, KeyError, TypeError, ValueError, UnicodeDecodeError) as error:
        raise NotModelledError(f"{FILE}:1: is no assignment: not modelled") from error
    lines = _lines(node)
    if schema != SCHEMA:
        line = lines.get("schema", 1)
        raise NotModelledError(f"{FILE}:{line}: of the schema {schema!r}; this reads {SCHEMA}")
    for name in sorted(set(zones) ^ set(intent.zones)):
        here = "declared" if name in intent.zones else "here"
        yield _finding(lines.get(name, 1), f"the zone {name} is only {here}")
    for name in sorted(set(zones) & set(intent.zones)):
        said, wanted = zones[name], intent.zones[name]
        line = lines.get(name, 1)
        tag = vlan.get(_TAGS[wanted.kind]) if wanted.kind in _TAGS else None
        if said.get("vlan") != tag:
            yield _finding(line, f"{name} is VLAN {said.get('vlan')}, where {tag} is declared")
        if said.get("kind") != wanted.kind or said.get("leg") != intent.legs[wanted.leg - 1]:
            message = f"{name} is {said.get('kind')} at {said.get('leg')}: not as declared"
            yield _finding(line, message)
        if wanted.kind != "internet" and _ranges(said, line) != {
            family: wanted.addresses[family] for family in FAMILIES
        }:
            yield _finding(line, f"the networks of {name} are not the ones that are declared")
    bound = {(one.get("switch"), one.get("interface"), one.get("file")) for one in filters}
    wanted_files = {
        (name, interface, f"network/switches/{name}.{format_}")
        for name, format_, interface in intent.switches
    }
    for one in sorted(map(str, bound ^ wanted_files)):
        yield _finding(lines.get("filters", 1), f"filters differ from what is declared in {one}")


def _ranges(said: Mapping[str, Any], line: int) -> dict[Any, Any]:
    try:
        found = [network(str(one)) for one in said.get("networks") or ()]
    except (TypeError, ValueError) as error:
        raise NotModelledError(f"{FILE}:{line}: {error}: not modelled") from error
    return {family: union(one for kind, one in found if kind == family) for family in FAMILIES}


def _finding(line: int, message: str) -> Finding:
    return Finding(NAME, "link", FILE, line, message)


def _lines(node: yaml.Node | None) -> dict[str, int]:
    """Of top keys, and of each zone."""
    found: dict[str, int] = {}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            found[str(key.value)] = key.start_mark.line + 1
            if key.value == "zones" and isinstance(value, yaml.MappingNode):
                found.update((str(one.value), one.start_mark.line + 1) for one, _ in value.value)
    return found
