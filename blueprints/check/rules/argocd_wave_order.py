"""Child Applications come in an order in which the first sync fails, or waves order nothing.

Looks at Applications of one parent, rendered from one chart or written in one folder, where any has
a sync wave: custom resources come in a later wave than the Application whose chart brings their
definitions and the program that acts on them (`policies/checks/waves.yaml`, and definitions in the
repository), also those that a chart makes by its values (`serviceMonitor.enabled`); what goes into
a namespace comes in a later wave than the Application that makes the namespace; what an object or a
value names (a secret store, a Secret, a storage class) comes in an earlier one. Looks too at
waves where nothing reads them: in the template of an ApplicationSet, whose Applications are made
all at once, and in the template of pods.

Within one wave everything is applied at once: a custom resource without its definition fails the
sync of its Application, and with it every wave behind.

Give the definitions an earlier wave (and restore the health of Applications: `argocd-sync-wave`).
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import dirname

from blueprints.check.charts import folder_of, joined
from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.project import sources
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import mapping, scalars, text, texts
from blueprints.check.documents import Object, Path, at
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.schemas.policy import read
from blueprints.check.settings import Settings
from blueprints.yamltext import path_text

ID = "argocd-wave-order"
LEVEL = Level.ERROR

_WAVE = "argocd.argoproj.io/sync-wave"
_WHERE: Path = ("metadata", "annotations", _WAVE)
_PODS: Path = ("spec", "template", "metadata", "annotations", _WAVE)


@dataclass
class Child:
    """One Application, and what it brings and needs."""

    item: Object
    wave: int
    brings: set[str] = field(default_factory=set)
    """Groups of custom resources."""
    without: set[str] = field(default_factory=set)
    """Groups that its chart would bring and its values leave out."""
    needs: dict[str, str] = field(default_factory=dict)
    """Group to what needs it."""
    namespaces: set[str] = field(default_factory=set)
    """That it makes."""
    objects: list[Object] = field(default_factory=list)
    """That it deploys, as far as they are here."""
    asks: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """Kind, namespace and name of what its values name, to where they do."""


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every child that comes too early, and every wave that orders nothing."""
    below = _Below(repo)
    known = cluster.of(repo, settings)
    families: defaultdict[str, list[Child]] = defaultdict(list)
    for item in repo.of_kind("Application"):
        if item.group == "argoproj.io":
            family = item.rendered_from or dirname(item.file)
            families[family].append(_child(repo, below, item))
    for children in families.values():
        if any(_WAVE in child.item.annotations for child in children):
            yield from _order(children)
            yield from _named(known, children)
    for item in repo.objects:
        if at(item.data, *_PODS) is not None:
            what = "Applications that are made at once" if item.kind == "ApplicationSet" else "pods"
            message = f"the sync wave in the template of {item} orders nothing: it is of {what}"
            yield found(ID, LEVEL, item, _PODS, message, "take it out")


class _Below:
    """Objects by the folder or the chart that they are of."""

    def __init__(self, repo: Repository) -> None:
        self._found: defaultdict[str, list[Object]] = defaultdict(list)
        for item in repo.objects:
            if item.rendered_from:
                self._found[item.rendered_from].append(item)
                continue
            folder = dirname(item.file)
            while folder:
                self._found[folder].append(item)
                folder = dirname(folder)

    def of(self, folder: str) -> list[Object]:
        """What lies below a folder."""
        return self._found.get(folder, [])


def _child(repo: Repository, below: _Below, item: Object) -> Child:
    said = item.annotations.get(_WAVE, "0")
    wave = int(said) if isinstance(said, str) and re.fullmatch(r"-?[0-9]{1,9}", said) else 0
    child = Child(item, wave)
    table = read("waves.yaml")
    for _, source in sources(item.data):
        chart = text(source, "chart")
        groups = set(table["charts"].get(chart, ()))
        helm = mapping(source, "helm")
        given: list[object] = []
        for name in texts(helm, "valueFiles"):
            path = name.partition("/")[2] if name.startswith("$") else name.lstrip("/")
            if repo.exists(path) and path.endswith((".yaml", ".yml")):
                given += [document.data for document in repo.yaml(path)[:1]]
        given.append(helm.get("valuesObject"))
        for values in given:
            _values(child, values)
        switch = table["without"].get(chart, "").split(".")
        said = [at(values, *switch) for values in given if at(values, *switch) is not None]
        if said and said[-1] is False:
            child.without |= groups
        else:
            child.brings |= groups
        top = folder_of(repo, text(source, "repoURL"))
        folder = joined(top, text(source, "path")) if top is not None else None
        for other in below.of(folder) if folder and not text(source, "chart") else ():
            _object(child, other)
    return child


def _values(child: Child, values: object) -> None:
    space = text(child.item.data, "spec", "destination", "namespace")
    for path, value in scalars(values):
        if isinstance(value, str):
            said = f"{path_text(path)} of {child.item.name}"
            if path[-2:] == ("secretKeyRef", "name"):
                child.asks.setdefault(("Secret", space, value), said)
            elif path[-1] == "storageClassName":
                child.asks.setdefault(("StorageClass", "", value), said)
    for key, group in read("waves.yaml")["values"].items():
        if at(values, *key.split(".")) is True:
            child.needs.setdefault(group, f"{key} of {child.item.name}")


def _object(child: Child, other: Object) -> None:
    child.objects.append(other)
    if other.kind == "CustomResourceDefinition":
        child.brings.add(text(other.data, "spec", "group"))
    elif other.kind == "Namespace":
        child.namespaces.add(other.name)
    elif "." in other.group:
        child.needs.setdefault(other.group, str(other))


def _order(children: list[Child]) -> Iterator[Finding]:
    first: dict[str, Child] = {}
    makers: dict[str, Child] = {}
    for child in sorted(children, key=lambda one: one.wave):
        for group in child.brings:
            first.setdefault(group, child)
        for namespace in child.namespaces:
            makers.setdefault(namespace, child)
    for child in children:
        for group, what in child.needs.items():
            bringer = first.get(group) if group not in child.brings else None
            others = [one for one in children if group in one.without]
            if others and group not in first:
                message = f"{what} needs {group}, whose definitions {others[0].item} leaves out"
                yield found(ID, LEVEL, child.item, _WHERE, message)
            if bringer and bringer.wave >= child.wave:
                yield _early(child, bringer, f"{what} needs {group}, which {{}} brings")
        namespace = text(child.item.data, "spec", "destination", "namespace")
        maker = makers.get(namespace)
        if maker and maker is not child and maker.wave >= child.wave:
            yield _early(child, maker, f"it goes into namespace {namespace}, which {{}} makes")


def _named(known: Cluster, children: list[Child]) -> Iterator[Finding]:
    """Objects of one child that an object or a value of another one names."""
    owners = {id(item): child for child in children for item in child.objects}
    asked = [
        (owners[id(one.object)], (one.kind, one.namespace, one.name), str(one.object))
        for one in known.references
        if id(one.object) in owners and not one.optional
    ]
    asked += [(child, key, what) for child in children for key, what in child.asks.items()]
    for child, (kind, namespace, name), what in asked:
        made = known.provided.get((kind, namespace, name))
        given = made.object if made else known.get(kind, namespace, name)
        owner = owners.get(id(given)) if given is not None else None
        if owner is not None and owner is not child and owner.wave >= child.wave:
            yield _early(child, owner, f"{what} needs {kind} {name}, which {{}} brings")


def _early(child: Child, other: Child, words: str) -> Finding:
    when = "the same wave" if child.wave == other.wave else "an earlier wave"
    message = f"{child.item} comes in {when}: {words.format(other.item)}"
    hint = f"a wave after {other.wave}"
    return found(ID, LEVEL, child.item, _WHERE, message, hint)
