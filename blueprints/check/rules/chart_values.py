"""Values that somebody else's chart does not know, or that a cluster leaves to a chart's example.

Looks at the files of values and the values that Applications give to charts from repositories, by
the trees of `policies/checks/charts.yaml`, which name the source of each. Where an Application
takes a file of one cluster's folder (one with a `cluster.yaml`), the file of the same name of every
other cluster is looked at too. A key that newer versions of a chart call otherwise is told where
the version says so: that of the Application, or of the environment's `versions.yaml`. Of charts in
the repository, what their schema requires is in each cluster's own file. A Secret that values name
is made where the repository makes others for the chart.

The chart is not here, and Helm takes a key that it does not know without a word. What a cluster's
file leaves out is the chart's own value: one cluster's addresses would be those of an example.

Write the key that the message names.
"""

import difflib
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from blueprints.check.charts import folder_of, joined, value_file
from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.estate import estate
from blueprints.check.cluster.project import sources, target
from blueprints.check.cluster.shape import Path, mapping, scalars, sequence, text, texts
from blueprints.check.documents import Object, Yaml, at
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.schemas.policy import read
from blueprints.check.settings import Settings
from blueprints.display import visible
from blueprints.yamltext import path_text

ID = "chart-values"
LEVEL = Level.ERROR

_COMPONENT = "tutela/component"
_MORE = "*"
_SAID = {
    "flag": "true or false",
    "text": "a text",
    "number": "a number",
    "list": "a list",
    "mapping": "a mapping",
}


@dataclass(frozen=True)
class Given:
    """Values that a chart gets."""

    chart: str
    data: Mapping[str, Any]
    where: Yaml
    above: Path
    """What is above them in the document."""
    versions: tuple[str, ...]
    """Of the chart, wherever it gets them."""


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every value that its chart does not know."""
    known = cluster.of(repo, settings)
    table = read("charts.yaml")
    found: dict[Finding, None] = {}
    unknown: dict[str, str] = {}
    for item in known.applications:
        for where, source in sources(item.data):
            chart = text(source, "chart")
            if not chart:
                found.update(dict.fromkeys(_left_out(repo, source)))
                continue
            for given in _given(repo, item, where, source, chart):
                found.update(dict.fromkeys(_secrets(known, item, given)))
                if chart in table:
                    found.update(dict.fromkeys(_judge(given, table[chart])))
                else:
                    unknown.setdefault(chart, given.where.file)
    yield from found
    for chart, file in unknown.items():
        yield NotChecked(ID, f"no values of chart {chart} are known", file)


def _given(
    repo: Repository, item: Object, where: Path, source: dict[str, object], chart: str
) -> Iterator[Given]:
    """The values of an Application, and of the same one in other clusters."""
    own = text(source, "targetRevision")
    inline = mapping(source, "helm", "valuesObject")
    if inline and not item.rendered_from:
        above = (*where, "helm", "valuesObject")
        yield Given(chart, inline, item, above, (own,))
    component = item.labels.get(_COMPONENT, "")
    every = [one for one in sequence(item.data, "spec", "sources") if one is not None]
    for name in texts(source, "helm", "valueFiles"):
        file = value_file(repo, every or [source], "", name)
        for path, versions in _everywhere(repo, file or "", component):
            for document in repo.yaml(path)[:1]:
                if isinstance(document.data, dict):
                    yield Given(chart, document.data, document, (), versions or (own,))


def _secrets(known: Cluster, item: Object, given: Given) -> Iterator[Finding]:
    """Secrets that values name, where the repository makes Secrets in the same namespace."""
    top = target(item.data)
    space = text(mapping(item.data, *top, "destination"), "namespace")
    there = {name for kind, where, name in known.provided if (kind, where) == ("Secret", space)}
    own = {
        text(one, "spec", "target", "name") or text(one, "metadata", "name")
        for said in sequence(given.data, "customObjects")
        for one in (said, *sequence(said, "items"))
        if text(one, "kind") == "ExternalSecret"
    }
    for path, value in scalars(given.data) if there else ():
        if path[-2:] != ("secretKeyRef", "name") or value in there | own:
            continue
        if not known.settings.is_external("secrets", f"{space}/{value}"):
            line = given.where.line_of(*given.above, *path)
            message = f"chart {given.chart}: nothing makes Secret {value} in {space}"
            yield Finding(given.where.file, line, ID, visible(message), LEVEL)


def _left_out(repo: Repository, source: dict[str, object]) -> Iterator[Finding]:
    """What the schema of a chart in the repository requires and a cluster's file does not say."""
    top = folder_of(repo, text(source, "repoURL"))
    chart = joined(top, text(source, "path")) if top is not None else None
    path = f"{chart}/values.schema.json"
    if chart is None or not repo.exists(path):
        return
    documents = repo.yaml(path)
    wanted = set(texts(documents[0].data, "required")) if documents else set()
    wanted -= set(mapping(source, "helm", "valuesObject"))
    names = texts(source, "helm", "valueFiles")
    if len(names) != 1:
        return
    file = value_file(repo, [source], chart, names[0]) or ""
    for moved, _ in _everywhere(repo, file, "") if _folder(repo, file) else ():
        for document in repo.yaml(moved)[:1]:
            for key in sorted(wanted - set(mapping(document.data))):
                message = f"leaves out {key}, which then is what {chart}/values.yaml has"
                yield Finding(moved, 0, ID, visible(message), LEVEL)


def _folder(repo: Repository, path: str) -> str | None:
    """The folder of the cluster that a file is of."""
    return next((one for one in estate(repo) if path.startswith(f"{one}/")), None)


def _everywhere(
    repo: Repository, path: str, component: str
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A file of values, or one for each cluster, with the versions that the chart has there."""
    folders = list(estate(repo))
    here = _folder(repo, path)
    if here is None:
        if repo.exists(path):
            yield path, tuple(sorted({_version(repo, one, component) for one in folders} - {""}))
        return
    for folder in folders:
        moved = folder + path[len(here) :]
        if repo.exists(moved):
            version = _version(repo, folder, component)
            yield moved, (version,) if version else ()


def _version(repo: Repository, folder: str, component: str) -> str:
    """What the environment of a cluster says for a component; "" where it says nothing."""
    path = posixpath.join(posixpath.dirname(folder), "versions.yaml")
    documents = repo.yaml(path) if repo.exists(path) else ()
    return text(documents[0].data, "components", component) if documents else ""


def _judge(given: Given, model: Mapping[str, Any]) -> Iterator[Finding]:
    renamed = list(_renamed(given, model.get("renamed", ())))
    yield from (finding for _, finding in renamed)
    told = {path for path, _ in renamed}
    for path, message, hint in _level(given.data, model["keys"], ()):
        if path not in told:
            line = given.where.line_of(*given.above, *path)
            text_ = f"chart {given.chart}: {message}"
            yield Finding(given.where.file, line, ID, visible(text_), LEVEL, visible(hint))


def _renamed(
    given: Given, table: "list[Mapping[str, Any]]"
) -> Iterator[tuple[tuple[str, ...], Finding]]:
    for entry in table:
        path = tuple(entry["key"].split("."))
        value = at(given.data, *path)
        if value is None or not _is(value, entry.get("form", "any")):
            continue
        since = [one for one in given.versions if _number(one) >= _number(entry["since"])]
        if since:
            line = given.where.line_of(*given.above, *path)
            message = (
                f"chart {given.chart}: {entry['key']} is no value of its version {since[-1]} "
                f"(since {entry['since']})"
            )
            instead = entry["instead"]
            hint = f"write {instead} ({entry['source']})" if instead != "nothing" else ""
            yield path, Finding(given.where.file, line, ID, visible(message), LEVEL, visible(hint))


def _number(version: str) -> tuple[int, ...]:
    """A version to compare; one that is none is older than all."""
    found = re.match(r"v?(\d+)\.(\d+)\.(\d+)", version)
    return tuple(map(int, found.groups())) if found else ()


def _level(
    data: Mapping[str, Any], keys: Mapping[str, Any], inner: Path
) -> Iterator[tuple[Path, str, str]]:
    for key, value in data.items():
        path: Path = (*inner, str(key))
        node = keys.get(key) if key != _MORE else None
        if node is None:
            near = difflib.get_close_matches(str(key), list(keys), n=1, cutoff=0.8)
            if _MORE not in keys or near:
                hint = f"did you mean {near[0]}?" if near else ""
                yield path, f"it knows no value {path_text(path)}", hint
        elif isinstance(node, dict):
            if isinstance(value, dict):
                yield from _level(value, node, path)
            elif value is not None:
                yield path, f"{path_text(path)} has to be a mapping", ""
        elif isinstance(node, list) and isinstance(node[0], dict):
            yield from _each(value, node[0], path)
        elif isinstance(node, list):
            if value is not None and value not in node:
                yield path, f"{path_text(path)} has to be one of {', '.join(node)}", ""
        elif not _is(value, node):
            yield path, f"{path_text(path)} has to be {_SAID[node]}", ""


def _each(value: object, keys: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, str, str]]:
    """A list of mappings that all have these keys."""
    if value is not None and not isinstance(value, list):
        yield path, f"{path_text(path)} has to be a list", ""
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, dict):
            yield from _level(item, keys, (*path, index))
        else:
            yield (*path, index), f"{path_text((*path, index))} has to be a mapping", ""


def _is(value: object, form: str) -> bool:
    """Whether a value is of a form; null takes a chart's own value away and is of all."""
    if value is None or form == "any":
        return True
    if form == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    kinds: dict[str, type] = {"flag": bool, "text": str, "list": list, "mapping": dict}
    return isinstance(value, kinds[form])
