"""A setting that newer versions of a program renamed or removed, and that does nothing or stops it.

Looks at values of Cilium and settings of RKE2 (in OpenTofu, objects of Rancher, HelmChartConfigs
and nodes' `config.yaml`), at attributes of Terragrunt's files, at ArgoCD's ConfigMaps, and at
commands in scripts and CI files, by the table in `policies/checks/renamed.yaml`, which names the
source of each; what stands beside the setting that came instead is for older versions, and right.
The version is the one that the repository says (`kubernetes_version`,
`terragrunt_version_constraint`), and the newest where it says none. What is only deprecated is a
warning.

Helm charts ignore a value that they do not know: `tunnel: disabled` leaves the tunnel on.

Write what the message says instead.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from blueprints.check.cluster.shape import mapping
from blueprints.check.documents import at
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.rke2 import Part, clusters, minor
from blueprints.check.schemas.policy import read
from blueprints.check.settings import Settings
from blueprints.check.tofu.locks import reaches
from blueprints.check.tofu.terragrunt import Config, units
from blueprints.display import visible

ID = "renamed-setting"
LEVEL = Level.ERROR

Entry = Mapping[str, Any]
_NEWEST = (9999, 0, 0)
_SCRIPTS = (".sh", ".bash", "Makefile", ".mk")
_CI = (".github/", ".gitlab-ci", ".gitea/", ".forgejo/", ".pre-commit")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every setting that its program does not have any more."""
    found: dict[Finding, None] = {}
    for cluster in clusters(repo):
        release = minor(cluster.version)
        rke2 = (1, *release) if any(release) else _NEWEST
        for part in cluster.settings:
            found.update(dict.fromkeys(_of_part("rke2", part, rke2, "RKE2")))
        for part in cluster.charts:
            found.update(dict.fromkeys(_of_part("rke2-charts", part, rke2, "RKE2")))
            if part.name == "rke2-cilium":
                cilium = _cilium(release)
                found.update(dict.fromkeys(_of_part("cilium", part, cilium, "Cilium")))
    yield from found
    seen: set[str] = set()
    for unit in units(repo).values():
        for config in (unit.config, *unit.config.parents.values()):
            if config.file not in seen:
                seen.add(config.file)
                yield from _of_terragrunt(config, _constraint(unit.configs))
    for item in repo.of_kind("ConfigMap"):
        for entry in _table("argocd"):
            if item.name == entry["map"] and entry["key"] in mapping(item.data, "data"):
                line = item.line_of("data", entry["key"])
                yield from _said(item.file, line, entry, entry["key"], _NEWEST, "ArgoCD")
    yield from _commands(repo)


@cache
def _table(name: str) -> tuple[Entry, ...]:
    return tuple(read("renamed.yaml")[name])


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(one) for one in text.split("."))


@cache
def _cilium(release: tuple[int, int]) -> tuple[int, ...]:
    """At least this one comes with a release of RKE2."""
    if not any(release):
        return _NEWEST
    table = read("rke2.yaml")["cilium"].items()
    return max(
        (_version(cilium) for rke2, cilium in table if _reached((1, *release), _version(rke2))),
        default=(1, 0),
    )


def _reached(release: tuple[int, ...], first: tuple[int, ...]) -> bool:
    """Whether a release is not before another one of its own minor, or is of a later minor."""
    return release[:2] > first[:2] or (release[:2] == first[:2] and release >= first)


def _said(
    file: str, line: int, entry: Entry, name: str, version: tuple[int, ...], program: str
) -> Iterator[Finding]:
    """One finding, as hard as the version makes it."""
    gone = entry.get("gone")
    instead = entry["instead"]
    hint = f"write {instead} ({entry['source']})" if instead != "nothing" else "leave it out"
    if gone is not None and version >= _version(gone):
        message = f"{name} is not in {program} any more since {gone}"
        yield Finding(file, line, ID, visible(message), LEVEL, visible(hint))
    elif version >= _version(entry["since"]):
        message = f"{name} is deprecated in {program} since {entry['since']}"
        yield Finding(file, line, ID, visible(message), Level.WARNING, visible(hint))


def _of_part(table: str, part: Part, version: tuple[int, ...], program: str) -> Iterator[Finding]:
    for entry in _table(table):
        if entry.get("chart", part.name) != part.name:
            continue
        key = entry["key"]
        value = at(part.data, *key.split("."))
        if value is None or at(part.data, *entry["instead"].split(".")) is not None:
            continue  # What came instead is in force; the old one is for whatever is older.
        wanted = entry.get("values")
        if wanted is None:
            yield from _said(part.file, part.line, entry, key, version, program)
            continue
        for one in value if isinstance(value, list) else [value]:
            word = one.partition("=")[0].lstrip("-") if isinstance(one, str) else ""
            if word in wanted:
                name = f"{key}: {word}"
                yield from _said(part.file, part.line, entry, name, version, program)


def _constraint(configs: tuple[Config, ...]) -> str:
    for config in configs:
        attribute = config.top.attributes.get("terragrunt_version_constraint")
        if attribute is not None and isinstance(attribute.value, str):
            return attribute.value
    return ""


def _of_terragrunt(config: Config, constraint: str) -> Iterator[Finding]:
    attributes = {
        one.name: one.line
        for block in (config.top, *config.top.of("dependency"))
        for one in block.attributes.values()
    }
    for entry in _table("terragrunt"):
        key = entry["key"]
        lines = [attributes[key]] if key in attributes else []
        if "*" in key:
            lines = list(_traversed(config, key))
        version: tuple[int, ...] = (0, 0, 0)
        for edge in (entry["since"], entry.get("gone", entry["since"])):
            if reaches(constraint, edge):
                version = _version(edge)
        for line in lines:
            yield from _said(config.file, line, entry, key, version, "Terragrunt")


def _traversed(config: Config, key: str) -> Iterator[int]:
    first, _, last = key.split(".")
    for parts, line in config.traversals():
        if len(parts) > 2 and (parts[0], parts[2]) == (first, last):
            yield line


def _commands(repo: Repository) -> Iterator[Finding]:
    for path in repo.files:
        if not path.endswith(_SCRIPTS) and not path.startswith(_CI):
            continue
        text = repo.text(path)
        if "terragrunt" not in text.lower():
            continue
        for number, line in enumerate(text.split("\n"), 1):
            code = line.partition("#")[0]
            for entry in _table("commands"):
                if _is_in(entry["text"], code):
                    yield from _said(path, number, entry, entry["text"], _NEWEST, "Terragrunt")


def _is_in(words: str, line: str) -> bool:
    if words not in line and " " not in words:
        return False
    pattern = r"\s+".join(map(re.escape, words.split()))
    end = "" if words[-1] in "-_" else r"\b"
    return re.search(rf"(?<![\w-]){pattern}{end}", line) is not None
