"""A list holds the same thing twice.

Looks at the lists of every object: items of lists that are keyed (containers, variables, ports,
volumes, mounts, listeners, roles, keys of an ExternalSecret and others) may not share a key, and
no list of mappings or names holds one item twice. Commands and their arguments are left out: there
a word may stand twice.

Which of the two holds depends on who reads it; often the API server refuses both. Remove or rename
one of them.
"""

import json
from collections.abc import Iterator
from typing import Any

from blueprints.check.documents import Object, Path, at, text
from blueprints.check.finding import Finding, Level
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible
from blueprints.yamltext import path_text

ID = "duplicate-name"
LEVEL = Level.ERROR

_KEYS: dict[str, tuple[tuple[Path, ...], ...]] = {
    "containers": ((("name",),),),
    "initContainers": ((("name",),),),
    "ephemeralContainers": ((("name",),),),
    "env": ((("name",),),),
    "volumes": ((("name",),),),
    "ports": (
        (("name",),),
        (("containerPort",), ("protocol",)),
        (("port",), ("protocol",)),
    ),
    "volumeMounts": ((("mountPath",),),),
    "volumeDevices": ((("devicePath",),),),
    "volumeClaimTemplates": ((("metadata", "name"),),),
    "imagePullSecrets": ((("name",),),),
    "hostAliases": ((("ip",),),),
    "listeners": ((("name",),),),
    "roles": ((("name",),),),
    "workerGroupSpecs": ((("groupName",),),),
    "data": ((("secretKey",),),),
    "images": ((("name",),),),
    "replicas": ((("name",),),),
    "configMapGenerator": ((("name",), ("namespace",)),),
    "secretGenerator": ((("name",), ("namespace",)),),
    "parameters": ((("name",),),),
    "groups": ((("name",),),),
    "flavors": ((("name",),),),
    "solvers": (),
}
_REPEATS = {"command", "args", "arguments", "argv", "cmd", "steps", "operations", "elements"}
"""Lists in which one thing may well stand twice."""
_SHORT = 12


def check(repo: Repository, settings: Settings) -> Iterator[Finding]:
    """Yield one finding for each item but the first."""
    for obj in repo.objects:
        yield from _look(obj, obj.data, ())
        # Init containers and containers share one space of names.
        for path, spec in _pod_specs(obj.data, ()):
            names = {text(one, "name") for one in spec["initContainers"]} - {""}
            for number, one in enumerate(spec["containers"]):
                if text(one, "name") in names:
                    where = (*path, "containers", number)
                    yield _finding(obj, where, f"name {text(one, 'name')} of an init container")


def _pod_specs(value: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    if isinstance(value, dict):
        both = (value.get("containers"), value.get("initContainers"))
        if all(isinstance(one, list) for one in both):
            yield path, value
        for key, one in value.items():
            if isinstance(one, (dict, list)):
                yield from _pod_specs(one, (*path, key))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            if isinstance(one, dict):
                yield from _pod_specs(one, (*path, number))


def _look(obj: Object, value: Any, path: Path) -> Iterator[Finding]:
    if isinstance(value, dict):
        for key, one in value.items():
            if isinstance(one, (dict, list)):
                yield from _look(obj, one, (*path, key))
    elif isinstance(value, list):
        if len(value) > 1 and path and path[-1] not in _REPEATS:
            yield from _list(obj, value, path)
        for number, one in enumerate(value):
            if isinstance(one, (dict, list)):
                yield from _look(obj, one, (*path, number))


def _list(obj: Object, value: list[Any], path: Path) -> Iterator[Finding]:
    told: set[int] = set()
    for key in _KEYS.get(str(path[-1]), ()):
        seen: set[str] = set()
        for number, one in enumerate(value):
            parts = [at(one, *part) for part in key]
            if parts[0] is None or number in told:
                continue
            if key[-1] == ("protocol",):
                parts[-1] = parts[-1] or "TCP"
            shape = json.dumps(parts, default=str)
            if shape in seen:
                told.add(number)
                shown = "/".join(str(part) for part in parts if part is not None)
                field = ".".join(map(str, key[0]))
                yield _finding(obj, (*path, number), f"{field} {shown}")
            seen.add(shape)
    for number in _again(value):
        if number not in told:
            one = value[number]
            what = f"{one}" if not isinstance(one, (dict, list)) else "the same item"
            yield _finding(obj, (*path, number), what)


def _again(value: list[Any]) -> list[int]:
    """Places of items that stood before; short lists, nearly all, are compared item by item."""
    if len(value) <= _SHORT:
        return [number for number, one in enumerate(value) if one in value[:number]]
    seen: set[str] = set()
    found = []
    for number, one in enumerate(value):
        shape = json.dumps(one, sort_keys=True, default=str)
        if shape in seen:
            found.append(number)
        seen.add(shape)
    return found


def _finding(obj: Object, path: Path, what: str) -> Finding:
    where = path_text(path[:-1])
    return Finding(
        obj.file,
        obj.line_of(*path),
        ID,
        visible(f"{obj}: {where} holds {what} twice"),
        LEVEL,
        "remove or rename one of them",
    )
