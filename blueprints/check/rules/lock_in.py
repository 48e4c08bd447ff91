"""Something that only some sites have, and that would not move to another.

Looks at objects, OpenTofu resources and environment definition files for what
`policies/checks/lock-in.yaml` lists: devices and variables of Slingshot (CXI), node labels of an
HPC system, Harvester, Rancher (`cattle.io`), EDF hooks, storage of a vendor. One note for each
kind of it, with how often it is there. Where the specification says that the site's profile is
`commercial`, each place is an error.

Nothing is wrong with it on the site that it is for. To move, change the profile in `spec.yaml` and
run `tutela blueprint update .`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from blueprints.check.documents import Object, Path, items, mapping, text, walk
from blueprints.check.finding import Finding, Level
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.check.workloads import containers, pods
from blueprints.display import visible

ID = "lock-in"
LEVEL = Level.ERROR

_LABELS = {"labels", "annotations", "nodeSelector", "matchLabels"}


@dataclass(frozen=True)
class _Place:
    name: str
    """Of the thing that binds."""
    file: str
    line: int
    what: str


def check(repo: Repository, settings: Settings) -> Iterator[Finding]:
    """Yield one note for each thing that binds, or an error for each place of it."""
    commercial = _profile(repo) == "commercial"
    found: dict[str, list[_Place]] = {}
    for place in (*_in_objects(repo), *_in_files(repo)):
        found.setdefault(place.name, []).append(place)
    for name, places in found.items():
        if commercial:
            for place in places:
                message = f"{place.what} needs {name}, which a commercial site does not have"
                hint = "remove it, or change the profile in spec.yaml"
                yield Finding(place.file, place.line, ID, visible(message), LEVEL, hint)
            continue
        first = places[0]
        times = "once" if len(places) == 1 else f"{len(places)} times"
        message = f"{name}: {times}, first by {first.what}"
        yield Finding(first.file, first.line, ID, visible(message), Level.NOTE)


def _profile(repo: Repository) -> str:
    """What the specification in the repository says of the site, if there is one."""
    if not repo.exists("spec.yaml"):
        return ""
    return next((text(one.data, "site", "profile") for one in repo.yaml("spec.yaml")), "")


@cache
def _patterns(key: str) -> tuple[tuple[str, Callable[[str], object]], ...]:
    from blueprints.check.schemas.policy import read_list

    return tuple(
        (entry["name"], re.compile(pattern).fullmatch)
        for entry in read_list("lock-in.yaml")
        for pattern in entry.get(key, ())
    )


@lru_cache(maxsize=65_536)
def _meant(key: str, value: str) -> str:
    """The name of what ``value`` binds to; "" for nothing."""
    return next((name for name, matches in _patterns(key) if matches(value)), "")


def _in_objects(repo: Repository) -> Iterator[_Place]:
    for obj in repo.objects:
        if not _may_bind(obj):
            continue
        for key, value, path in _values(obj):
            name = _meant(key, value)
            if name:
                yield _Place(name, obj.file, obj.line_of(*path), f"{obj}: {value}")


def _may_bind(obj: Object) -> bool:
    """Whether any name in an object is one that binds; most have none, and this is quick."""
    if _meant("groups", obj.group):
        return True
    waiting: list[Any] = [obj.data]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            for key, value in one.items():
                if isinstance(value, (dict, list)):
                    waiting.append(value)
                elif _name_binds(value):
                    return True
                if _name_binds(key):
                    return True
        elif isinstance(one, list):
            waiting.extend(one)
        elif _name_binds(one):
            return True
    return False


@lru_cache(maxsize=65_536)
def _name_binds(name: object) -> bool:
    return isinstance(name, str) and len(name) < 300 and _any_of_all()(name) is not None


@cache
def _any_of_all() -> Callable[[str], object]:
    """All patterns of names in objects at once."""
    from blueprints.check.schemas.policy import read_list

    patterns = {
        pattern
        for entry in read_list("lock-in.yaml")
        for key in ("labels", "resources", "env", "host-paths", "storage-classes")
        for pattern in entry.get(key, ())
    }
    return re.compile("|".join(f"(?:{one})" for one in sorted(patterns))).fullmatch


def _values(obj: Object) -> Iterator[tuple[str, str, Path]]:
    yield "groups", obj.group, ("apiVersion",)
    for path, value in walk(obj.data):
        if path and path[-1] in _LABELS and isinstance(value, dict):
            for key in value:
                yield "labels", key, (*path, key)
        elif path and path[-1] == "tolerations" and isinstance(value, list):
            for number, one in enumerate(value):
                yield "labels", text(one, "key"), (*path, number)
        elif path and path[-1] == "matchExpressions" and isinstance(value, list):
            for number, one in enumerate(value):
                if text(one, "operator") in ("In", "Exists"):
                    yield "labels", text(one, "key"), (*path, number)
        elif path and path[-1] == "storageClassName" and isinstance(value, str):
            yield "storage-classes", value, path
    for _, where, spec in pods(obj):
        for inner, container in containers(spec):
            path = (*where, *inner)
            for key in mapping(container, "resources", "limits"):
                yield "resources", key, (*path, "resources", "limits", key)
            for number, one in enumerate(items(container, "env")):
                yield "env", text(one, "name"), (*path, "env", number)
        for number, one in enumerate(items(spec, "volumes")):
            host_path = text(one, "hostPath", "path")
            if host_path:
                yield "host-paths", host_path, (*where, "volumes", number)


def _in_files(repo: Repository) -> Iterator[_Place]:
    block = re.compile(r'^[ \t]*(?:resource|data)[ \t]+"([^"\n]+)"', re.MULTILINE)
    for path in repo.files:
        if path.endswith((".tf", ".tofu")):
            content = repo.text(path)
            for one in block.finditer(content):
                name = _meant("hcl", one[1])
                if name:
                    line = content.count("\n", 0, one.start()) + 1
                    yield _Place(name, path, line, f"resource {one[1]}")
        elif path.endswith(".toml") and repo.size(path) <= 1 << 20:
            for key in _edf(repo.text(path)):
                name = _meant("toml", key)
                if name:
                    yield _Place(name, path, 0, path)
                    break


def _edf(content: str) -> tuple[str, ...]:
    """The tables of an environment definition file; none of another TOML file."""
    import tomllib

    try:
        data: dict[str, Any] = tomllib.loads(content)
    except (tomllib.TOMLDecodeError, RecursionError):
        return ()
    return tuple(data) if "image" in data or "base_environment" in data else ()
