"""A label that nearly everything in the repository carries is missing or says something else.

Looks at the labels `app.kubernetes.io/*` of all documents and pod templates. A label that at least
four in five documents of the repository carry is meant for all. Documents that share a namespace
and a name are one thing and must carry the same values; `part-of` is the same for all documents of
a project's folder, `managed-by` for all of the repository; an object's pods carry its own labels;
a name begins with the instance that its label names.

Network policies, costs and dashboards are cut by these labels: what lacks one falls through.

Write the label that the message names.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import Path, labels
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "labels"
LEVEL = Level.WARNING

PREFIX = "app.kubernetes.io/"
_FEWEST = 5
"""Documents from which on a habit can be told."""
_SHARE = 0.8
_ARGOCD = ("argocd-cm", "argocd-rbac-cm", "argocd-cmd-params-cm", "argocd-notifications-cm")
_OF_ONE_NAME = (
    "CronJob",
    "Deployment",
    "Ingress",
    "NetworkPolicy",
    "PodDisruptionBudget",
    "Service",
    "ServiceAccount",
    "StatefulSet",
)
_LABELS: Path = ("metadata", "labels")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Labels that are missing, and labels that disagree."""
    known = cluster.of(repo, settings)
    items = [item for item in known.objects if item.metadata]
    if len(items) < _FEWEST:
        return
    yield from _missing(items)
    yield from _apart(known, items)
    yield from _pods(known)


def _missing(items: list[Object]) -> Iterator[Finding]:
    counts: Counter[str] = Counter(
        key for item in items for key in item.labels if key.startswith(PREFIX)
    )
    habit = sorted(key for key, count in counts.items() if count >= _SHARE * len(items))
    for item in items:
        for key in habit:
            if key not in item.labels:
                yield found(ID, LEVEL, item, _LABELS, f"{item} lacks the label {key}")


def _apart(known: Cluster, items: list[Object]) -> Iterator[Finding]:
    """Values that most documents of a group share, and the few that do not."""
    groups: dict[tuple[str, ...], list[Object]] = defaultdict(list)
    folders: dict[str, list[Object]] = defaultdict(list)
    for item in items:
        groups[("managed-by",)].append(item)
        if item.kind == "ConfigMap" and item.name in _ARGOCD:
            if item.labels.get(f"{PREFIX}part-of") != "argocd":
                where = (*_LABELS, f"{PREFIX}part-of")
                yield found(
                    ID, LEVEL, item, where, f"ArgoCD reads {item} only if part-of is argocd"
                )
            continue
        groups[("part-of", *_project(item))].append(item)
        if f"{PREFIX}instance" not in item.labels:
            groups[("component", item.file)].append(item)
            folders[item.file.rpartition("/")[0]].append(item)
    for (word, *_), several in groups.items():
        yield from _odd(several, PREFIX + word)
    for several in folders.values():
        yield from _odd(several, f"{PREFIX}component", alone=True)
    parts: dict[tuple[str, str], list[Object]] = defaultdict(list)
    for item in items:
        instance = item.labels.get(f"{PREFIX}instance")
        parts[known.namespace(item), item.name].append(item)
        if isinstance(instance, str):
            if not item.name.startswith(instance):
                message = f"{item} is not named after its instance {instance}"
                yield found(ID, LEVEL, item, (*_LABELS, f"{PREFIX}instance"), message)
            component = item.labels.get(f"{PREFIX}component")
            if isinstance(component, str) and f"-{component}" not in item.name:
                message = f"{item} is not named after its component {component}"
                yield found(ID, LEVEL, item, (*_LABELS, f"{PREFIX}component"), message)
    for several in parts.values():
        for word in ("name", "instance", "component"):
            yield from _odd(several, PREFIX + word)
        yield from _lacking(several)
    yield from _names(known, items)


def _project(item: Object) -> tuple[str, ...]:
    """The folder of a project: the second, or the third below one that is called sandboxes."""
    folders = item.file.split("/")[:-1]
    return tuple(folders[: 3 if folders[1:2] == ["sandboxes"] else 2])


def _names(known: Cluster, items: list[Object]) -> Iterator[Finding]:
    """One thing goes by one name: its workload, Service, account, policy and budget."""
    things: dict[tuple[str, ...], list[Object]] = defaultdict(list)
    for item in items:
        words = [item.labels.get(f"{PREFIX}{word}") for word in ("instance", "component")]
        if item.kind in _OF_ONE_NAME and all(isinstance(word, str) for word in words):
            things[known.namespace(item), str(words[0]), str(words[1])].append(item)
    for several in things.values():
        (usual, count), *_ = Counter(item.name for item in several).most_common(1)
        for item in several:
            if count >= 3 and item.name != usual:
                message = f"{item} belongs to {usual} and has another name"
                yield found(ID, LEVEL, item, ("metadata", "name"), message)


def _lacking(several: list[Object]) -> Iterator[Finding]:
    """Labels that two in three documents of one thing carry, and one does not."""
    counts = Counter(key for item in several for key in item.labels if key.startswith(PREFIX))
    for item in several:
        for key, count in sorted(counts.items()):
            if key not in item.labels and count * 3 >= len(several) * 2 and count > 1:
                message = f"{item} lacks the label {key}, which the rest of it has"
                yield found(ID, LEVEL, item, _LABELS, message)


def _odd(several: list[Object], key: str, *, alone: bool = False) -> Iterator[Finding]:
    values = Counter(value for item in several if isinstance(value := item.labels.get(key), str))
    if len(values) < 2 or len(several) < 3:
        return
    (usual, count), (_, second) = values.most_common(2)
    if count == second or (alone and (second > 1 or count < 3 or len(values) > 2)):
        return
    for item in several:
        value = item.labels.get(key)
        if value is not None and value != usual:
            message = f"{item} has {key}: {value}; what it belongs to has {usual}"
            yield found(ID, LEVEL, item, (*_LABELS, key), message)


def _pods(known: Cluster) -> Iterator[Finding]:
    for workload in known.workloads:
        item = workload.object
        own = {key: value for key, value in item.labels.items() if key.startswith(PREFIX)}
        if not any(key.startswith(PREFIX) for key in workload.labels) or not workload.template:
            continue
        for key, value in own.items():
            if workload.labels.get(key) != value:
                message = f"{item} has {key}: {value}, its pods {workload.labels.get(key)}"
                yield found(ID, LEVEL, item, (*workload.template, *_LABELS, key), message)
        if item.kind == "CronJob":
            path: Path = ("spec", "jobTemplate", *_LABELS)
            jobs = labels(item.data, *path)
            if jobs and any(jobs.get(key) != value for key, value in own.items()):
                yield found(
                    ID, LEVEL, item, path, f"{item} gives its jobs other labels than its own"
                )
