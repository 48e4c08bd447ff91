"""A file of one cluster says what belongs to another cluster, or to none.

Looks at clusters with a `cluster.yaml`: no value in the other YAML files of its folder is the name,
the folder or the domain of another cluster; `addresses` are those of `cluster.yaml`; a toleration
is not nearly a taint of its pools. An AppProject that is called like a cluster deploys to that
cluster, and takes what the Applications of its components take that are here for another one.

A copied line deploys well: two clusters then own the same names, or one reads the other's secrets.

Write the cluster's own.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.estate import Member, estate
from blueprints.check.cluster.project import permits_source, sources, target
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import Path, at, mapping, mappings, scalars, text, texts
from blueprints.check.documents import Object, Yaml
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "cluster-mix-up"
LEVEL = Level.ERROR

_COMPONENT = "tutela/component"
_WORDS = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")


@dataclass
class Names:
    """What clusters are called, each way to the cluster's own name."""

    names: dict[str, str] = field(default_factory=dict)
    folders: dict[tuple[str, str], str] = field(default_factory=dict)
    domains: dict[str, str] = field(default_factory=dict)


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every value that another cluster's file should have."""
    clusters = list(estate(repo).values())
    if len(clusters) > 1:
        known = cluster.of(repo, settings)
        names = _names(clusters)
        for member in clusters:
            for path in repo.under(member.folder):
                if path.endswith((".yaml", ".yml")) and path != member.file:
                    for document in repo.yaml(path):
                        yield from _foreign(member, document, names)
                        yield from _own(member, document)
        yield from _projects(known, clusters)


def _names(clusters: list[Member]) -> Names:
    found_ = Names()
    for one in clusters:
        found_.names[one.name] = one.name
        parts = one.folder.split("/")
        if len(parts) > 1:
            found_.folders[parts[-2], parts[-1]] = one.name
        if domain := text(one.data, "domain"):
            found_.domains[domain] = one.name
    return found_


def _foreign(member: Member, document: Yaml, names: Names) -> Iterator[Finding]:
    for path, value in scalars(document.data):
        if not isinstance(value, str):
            continue
        words = _WORDS.findall(value)
        others = {names.names.get(one) for one in words}
        others |= {names.folders.get(pair) for pair in pairwise(value.split("/"))}
        others |= {names.domains.get(one[dot:]) for one in words for dot in _starts(one)}
        for other in sorted(one for one in others if one not in (None, member.name)):
            message = f"{value} is of cluster {other}, and this file of {member.name}"
            yield _finding(document, path, message)


def _starts(word: str) -> Iterator[int]:
    """Where domains begin in a word."""
    yield 0
    for number, character in enumerate(word):
        if character == ".":
            yield number + 1


def _own(member: Member, document: Yaml) -> Iterator[Finding]:
    """What `cluster.yaml` says too, and the taints of its pools."""
    mine, here = at(member.data, "addresses"), at(document.data, "addresses")
    if isinstance(mine, list) and isinstance(here, list) and mine != here:
        message = f"addresses are not those of {member.file}"
        yield _finding(document, ("addresses",), message)
    taints = {
        text(taint, "key") for _, pool in member.pools() for _, taint in mappings(pool, "taints")
    }
    if not taints:
        return
    for path, value in scalars(document.data):
        if len(path) > 2 and path[-3] == "tolerations" and path[-1] == "key":
            near = difflib.get_close_matches(str(value), sorted(taints), n=1, cutoff=0.6)
            if near and value not in taints:
                message = f"no pool of {member.name} has a taint {value}"
                yield _finding(document, path, message, f"did you mean {near[0]}?")


def _finding(document: Yaml, path: Path, message: str, hint: str = "") -> Finding:
    line = document.line_of(*path)
    return Finding(document.file, line, ID, visible(message), LEVEL, visible(hint))


def _projects(known: Cluster, clusters: list[Member]) -> Iterator[Finding]:
    by_name = {one.name: one for one in clusters}
    optional = {one for member in clusters for one in texts(member.data, "components")}
    patterns = [
        (item, component)
        for item in known.applications
        if (component := item.labels.get(_COMPONENT, "")) and _project_of(item) in by_name
    ]
    for member in clusters:
        project = known.projects.get(member.name)
        if project is None:
            continue
        for index, entry in mappings(project.data, "spec", "destinations"):
            name = text(entry, "name")
            if name in by_name and name != member.name:
                where: Path = ("spec", "destinations", index, "name")
                yield found(ID, LEVEL, project, where, f"{project} deploys to cluster {name}")
        components = set(texts(member.data, "components"))
        for item, component in patterns:
            if component in components or component not in optional:
                yield from _takes(project, member, item)


def _project_of(item: Object) -> str:
    return text(mapping(item.data, *target(item.data)), "project")


def _takes(project: Object, member: Member, item: Object) -> Iterator[Finding]:
    """Whether a project takes what an Application of the same component has elsewhere."""
    like = f"and {member.name} has what {item.name} is"
    for _, source in sources(item.data):
        url = text(source, "repoURL")
        if url and not permits_source(project.data, url):
            message = f"{project} does not take {url}, {like}"
            yield found(ID, LEVEL, project, ("spec", "sourceRepos"), message)
    space = text(mapping(item.data, *target(item.data), "destination"), "namespace")
    if not any(
        text(entry, "namespace") == space
        for _, entry in mappings(project.data, "spec", "destinations")
    ):
        message = f"{project} does not take namespace {space}, {like}"
        yield found(ID, LEVEL, project, ("spec", "destinations"), message)
