"""What ArgoCD would make of a rendered repository, from its manual and not from the blueprint.

The ApplicationSet's Go templates and the charts are rendered by Helm itself; clusters are known by
the labels that OpenTofu writes, taken from `cluster.yaml`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from blueprints.check import helm_worker
from blueprints.engine.spec import load
from blueprints.kinds.cluster import BLUEPRINT
from blueprints.kinds.cluster.spec import Specification

Object = dict[str, Any]
Files = Mapping[str, bytes]
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def specification(name: str = "cluster") -> Specification:
    """An example."""
    model = load(BLUEPRINT.folder / "examples" / f"{name}.yaml").model
    assert isinstance(model, Specification)
    return model


@cache
def files(name: str = "cluster") -> Files:
    """Everything that the blueprint makes of an example but prose."""
    return {one.path: one.content for one in BLUEPRINT.documents(specification(name))}


def read(tree: Files, path: str) -> list[Any]:
    """The documents of a file."""
    return [one for one in yaml.load_all(tree[path], Loader=LOADER) if one is not None]


def helm(chart: Mapping[str, str], name: str, namespace: str, values: list[Any]) -> list[Object]:
    """What Helm makes of a chart; fails with its words."""
    answer = helm_worker.answer(
        {
            "files": dict(chart),
            "name": name,
            "namespace": namespace,
            "values": values,
            "parameters": [],
        }
    )
    assert "error" not in answer, answer.get("error")
    return [
        one
        for _, text in sorted(answer["manifests"].items())
        for one in yaml.load_all(text, Loader=LOADER)
        if one is not None
    ]


def go(text: str, data: Mapping[str, Any]) -> str:
    """A Go template with sprig's functions, rendered; `data` is its dot."""
    chart = {
        "Chart.yaml": "apiVersion: v2\nname: t\nversion: 1.0.0\n",
        "templates/t.yaml": "text: {{ tpl .Values.text .Values.data | toJson }}\n",
    }
    # `tpl` wants a dot that looks like the top of a chart.
    dot = {**data, "Template": {"Name": "t", "BasePath": "t"}}
    (made,) = helm(chart, "t", "t", [{"text": text, "data": dot}])
    return str(made["text"])


@dataclass(frozen=True)
class Cluster:
    """A Secret of a cluster as ArgoCD's generator sees it."""

    name: str
    labels: Mapping[str, str]


def clusters(tree: Files) -> list[Cluster]:
    """The clusters that OpenTofu registers, with the labels that it writes."""
    found = []
    for path in sorted(tree):
        if path.endswith("/cluster.yaml"):
            (data,) = read(tree, path)
            labels = {
                "argocd.argoproj.io/secret-type": "cluster",
                "tutela/environment": data["environment"],
                "tutela/cluster": data["cluster"],
                **{f"component.tutela/{one}": "enabled" for one in data["components"]},
            }
            found.append(Cluster(data["name"], labels))
    return found


def application_sets(tree: Files) -> list[Object]:
    """Every ApplicationSet."""
    return [
        one
        for path in sorted(tree)
        if path.startswith("argocd/environments/")
        for one in read(tree, path)
    ]


def generated(appset: Object, known: list[Cluster]) -> Iterator[Object]:
    """The Applications that an ApplicationSet makes of the clusters that there are."""
    (generator,) = appset["spec"]["generators"]
    wanted = generator["clusters"]["selector"]["matchLabels"]
    for cluster in known:
        if wanted.items() <= cluster.labels.items():
            dot = {"name": cluster.name, "metadata": {"labels": dict(cluster.labels)}}
            yield _filled(
                {"apiVersion": appset["apiVersion"], "kind": "Application"}
                | appset["spec"]["template"],
                dot,
            )


def _filled(value: Any, dot: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(one, dot) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, dot) for one in value]
    return go(value, dot) if isinstance(value, str) and "{{" in value else value


def deployed(tree: Files, application: Object) -> list[Object]:
    """What an Application brings from charts and folders of this repository."""
    spec = application["spec"]
    sources = spec.get("sources") or [spec["source"]]
    found = []
    for source in sources:
        path = source.get("path")
        if path is None:
            continue
        if f"{path}/Chart.yaml" in tree:
            helm_part = source["helm"]
            given: list[Any] = [
                yaml.load(tree[one.lstrip("/")], Loader=LOADER) for one in helm_part["valueFiles"]
            ]
            given += [
                yaml.load(helm_part["values"], Loader=LOADER) if "values" in helm_part else {},
                helm_part.get("valuesObject", {}),
            ]
            chart = {
                posixpath.relpath(one, path): tree[one].decode()
                for one in tree
                if one.startswith(f"{path}/")
            }
            name = helm_part["releaseName"]
            found += helm(chart, name, spec["destination"]["namespace"], given)
        else:
            for one in sorted(tree):
                if posixpath.dirname(one) == path:
                    found += read(tree, one)
    return found


def upstream(tree: Files, application: Object) -> tuple[str, Object] | None:
    """The chart of somebody else that an Application brings, and the values that it gets."""
    for source in application["spec"].get("sources", ()):
        if "chart" in source:
            values: Object = {}
            for one in source["helm"]["valueFiles"]:
                (more,) = read(tree, one.removeprefix("$values/"))
                values = helm_worker.merged(values, more)
            return source["chart"], values
    return None


@cache
def children(name: str, cluster: str) -> tuple[Object, ...]:
    """The Applications of one cluster of an example."""
    tree = files(name)
    known = [one for one in clusters(tree) if one.name == cluster]
    (root,) = [app for appset in application_sets(tree) for app in generated(appset, known)]
    return tuple(deployed(tree, root))
