"""An ApplicationSet that takes other clusters than it seems to, or asks for what they do not say.

Looks at ApplicationSets with the cluster generator: it selects (without a selector it takes every
cluster that ArgoCD knows, its own as well); labels that it selects by and reads are written by
OpenTofu files of the repository, where those register clusters; what it selects by is true of some
cluster that has a `cluster.yaml`, and files of values are of no other environment; templates in
Go's notation come with `goTemplate: true` and use parameters that the generator has. Where the
source is a chart in the repository, its files of values fit the chart's schema.

A label that nobody writes selects nothing, and nothing is deployed without a word.

Mend what the message names.
"""

import json
import posixpath
import re
from collections.abc import Iterator
from typing import Any

from blueprints.check.charts import value_file
from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.estate import Member, estate
from blueprints.check.cluster.project import sources
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import Path, at, labels, mapping, mappings, scalars, text, texts
from blueprints.check.documents import Object
from blueprints.check.extras import missing
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "argocd-application-set"
LEVEL = Level.ERROR

_PARAMETERS = frozenset(["name", "nameNormalized", "server", "project", "metadata", "values"])
"""Of the cluster generator: ArgoCD's manual, "Cluster Generator"."""
_WRITES = "argocd.argoproj.io/secret-type"
_ACTION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_TEXT = re.compile(r'"[^"]*"|`[^`]*`')
_FIELD = re.compile(r"(?<![\w.$)\]])\.([A-Za-z_]\w*)")
_LABEL = re.compile(
    r'(?:index\s+\.metadata\.labels|hasPrefix|hasKey\s+\.metadata\.labels)\s+"([^"]+)"'
)


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every ApplicationSet over clusters."""
    known = cluster.of(repo, settings)
    written = "".join(
        content
        for path in repo.files
        if path.endswith(".tf") and _WRITES in (content := repo.text(path))
    )
    for item in known.application_sets:
        generators = list(mappings(item.data, "spec", "generators"))
        over = [(index, one) for index, one in generators if "clusters" in one]
        if not over:
            continue
        for index, one in over:
            yield from _selector(repo, item, index, one, written)
        yield from _templates(item, len(over) == len(generators), written)
        yield from _values(known, item, over)


def _selector(
    repo: Repository, item: Object, index: int, generator: dict[str, Any], written: str
) -> Iterator[Finding]:
    where: Path = ("spec", "generators", index, "clusters")
    if not mapping(generator, "clusters", "selector"):
        message = f"{item} takes every cluster that ArgoCD knows, its own too"
        yield found(ID, LEVEL, item, where, message, "select by a label")
        return
    wanted = labels(generator, "clusters", "selector", "matchLabels")
    for key in wanted:
        if written and f'"{key}"' not in written:
            yield _unwritten(item, (*where, "selector", "matchLabels", key), key)
    clusters = list(estate(repo).values())
    if clusters and not _selected(clusters, wanted):
        said = ", ".join(f"{key}={value}" for key, value in wanted.items())
        message = f"{item} selects no cluster of this repository by {said}"
        yield found(ID, LEVEL, item, (*where, "selector", "matchLabels"), message)


def _unwritten(item: Object, where: Path, key: str) -> Finding:
    message = f"{item} asks clusters for label {key}, which nothing here writes"
    return found(ID, LEVEL, item, where, message)


def _selected(clusters: list[Member], wanted: dict[str, str]) -> list[Member]:
    """Clusters that labels can be true of: `x/environment` is what `environment` says."""
    return [
        one
        for one in clusters
        if all(
            text(one.data, field := key.rpartition("/")[2]) in ("", value) or field == ""
            for key, value in wanted.items()
        )
    ]


def _templates(item: Object, clusters_only: bool, written: str) -> Iterator[Finding]:
    go = at(item.data, "spec", "goTemplate") is True
    top: Path = ("spec", "template")
    several = [((*top, *path), value) for path, value in scalars(at(item.data, *top))]
    several.append((("spec", "templatePatch"), at(item.data, "spec", "templatePatch")))
    for path, value in several:
        if not isinstance(value, str) or "{{" not in value:
            continue
        actions = [one.group(1) for one in _ACTION.finditer(value)]
        if not go:
            if any(re.match(r"-?\s*(\.|range|if|index|end)", one) for one in actions):
                message = f"{item} has templates in Go's notation without goTemplate: true"
                yield found(ID, LEVEL, item, path, message)
            continue
        for action in actions:
            for label in _LABEL.findall(action):
                if written and label not in written:
                    yield _unwritten(item, path, label)
            names = set(_FIELD.findall(_TEXT.sub("", action))) - _PARAMETERS
            if clusters_only and names and "range" not in value and "with" not in value:
                said = ", ".join(sorted(names))
                message = f"{item} asks for {said}, which no cluster generator gives"
                yield found(ID, LEVEL, item, path, message)


def _values(
    known: Cluster, item: Object, generators: list[tuple[int, dict[str, Any]]]
) -> Iterator[Finding | NotChecked]:
    repo = known.repo
    clusters = list(estate(repo).values())
    chosen = [
        member
        for _, one in generators
        for member in _selected(clusters, labels(one, "clusters", "selector", "matchLabels"))
    ]
    own = {posixpath.dirname(one.folder) for one in chosen}
    others = {posixpath.dirname(one.folder) for one in clusters} - own
    for where, source in sources(item.data):
        folder = known.folder_of(text(source, "repoURL"), text(source, "path"))
        for name in texts(source, "helm", "valueFiles"):
            file = value_file(repo, [source], folder or "", name) if "{{" not in name else None
            if file is None or not repo.exists(file):
                continue
            if posixpath.dirname(file) in others:
                message = f"{item} takes values of other clusters than it selects: {file}"
                yield found(ID, LEVEL, item, (*where, "helm", "valueFiles"), message)
            yield from _fits(repo, file, f"{folder}/values.schema.json")


def _fits(repo: Repository, file: str, path: str) -> Iterator[Finding | NotChecked]:
    """A file of values by itself: what it says, not what it leaves to others."""
    if not repo.exists(path):
        return
    lacking = missing(ID, "jsonschema_rs")
    yield from lacking
    if lacking:
        return
    import jsonschema_rs

    from blueprints.check.schemas.words import said

    try:
        schema = {key: one for key, one in json.loads(repo.text(path)).items() if key != "required"}
        validator = jsonschema_rs.validator_for(schema, offline=True)
    except (ValueError, AttributeError, RecursionError, jsonschema_rs.ValidationError):
        return  # told by helm-values
    for document in repo.yaml(file)[:1]:
        for one in said(validator, document.data, schema):
            line = document.line_of(*one.path)
            yield Finding(file, line, ID, visible(one.message), LEVEL, visible(one.hint))
