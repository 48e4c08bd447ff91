"""An Application that does not say what ArgoCD should do with it.

Looks at every Application: one revision for each repository (what is deployed from two branches of
one repository is one mistake away from two versions), never an empty one, and of a chart one exact
version; automated sync with pruning and self-healing said one way or the other; retries with a
bound; a destination with cluster and namespace; no `CreateNamespace=true` into a tenant's
namespace, which would come without its bounds; `ServerSideApply=true` where custom resource
definitions are deployed, in files or by a chart that is known to bring some (their annotation would
be larger than 262,144 bytes); one Application for each document.

What is not said is done by hand, by somebody, at some time.

Write it down.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster, application_id
from blueprints.check.cluster.project import repository, sources, target
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import at, mapping, number, sequence, text, texts
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.schemas.policy import read
from blueprints.check.settings import Settings

ID = "argocd-application"
LEVEL = Level.WARNING

_EXACT = re.compile(r"v?\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Applications that leave something open."""
    known = cluster.of(repo, settings)
    yield from _revisions(known)
    owners: dict[int, Object] = {}
    for item in known.applications:
        yield from _policy(item)
        yield from _destination(known, item)
        yield from _definitions(known, item)
        for child in known.deployed.get(application_id(item), ()):
            owner = owners.setdefault(id(child), item)
            if owner is not item:
                message = (
                    f"{child} is deployed by {owner} and by {item}, which take it from each other"
                )
                yield found(ID, LEVEL, child, (), message)
    yield from _alike(known)
    names = Counter((known.namespace(item), item.name) for item in known.applications)
    for item in known.applications:
        if names[known.namespace(item), item.name] > 1:
            yield found(ID, LEVEL, item, ("metadata", "name"), f"there are two of {item}")


def _alike(known: Cluster) -> Iterator[Finding]:
    """Sync options that four in five Applications have, and the few that do not."""
    options = [
        (item, set(texts(item.data, *target(item.data), "syncPolicy", "syncOptions")))
        for item in known.applications
    ]
    counts = Counter(option for _, several in options for option in several)
    for item, several in options:
        for option, count in sorted(counts.items()):
            if option not in several and count > 2 and count * 5 >= len(options) * 4:
                where = (*target(item.data), "syncPolicy", "syncOptions")
                message = f"{item} lacks {option}, which the others have"
                yield found(ID, LEVEL, item, where, message)


def _revisions(known: Cluster) -> Iterator[Finding]:
    seen: dict[str, list[tuple[Object, tuple[str | int, ...], str]]] = defaultdict(list)
    for item in (*known.applications, *known.application_sets):
        for where, source in sources(item.data):
            revision = text(source, "targetRevision")
            if not revision:
                message = f"{item} does not say which revision it deploys"
                yield found(ID, LEVEL, item, (*where, "targetRevision"), message)
            elif "chart" in source:
                if not _EXACT.fullmatch(revision) and "{{" not in revision:
                    message = f"{item} deploys whatever version of a chart fits {revision}"
                    where_ = (*where, "targetRevision")
                    yield found(ID, LEVEL, item, where_, message, "write one version")
            else:
                url = repository(text(source, "repoURL"))
                top = known.folders.get(url, url)
                seen[top.partition("/")[0] if url in known.folders else url].append(
                    (item, where, revision)
                )
    usual = Counter(revision for several in seen.values() for _, _, revision in several)
    for url, several in seen.items():
        counts = Counter(revision for _, _, revision in several)
        if len(counts) > 1:
            most = max(counts, key=lambda one: (counts[one], usual[one]))
            for item, where, revision in several:
                if revision != most:
                    message = f"{item} deploys {revision} of {url}; the others deploy {most}"
                    yield found(ID, LEVEL, item, (*where, "targetRevision"), message)


def _policy(item: Object) -> Iterator[Finding]:
    top = (*target(item.data), "syncPolicy")
    policy = mapping(item.data, *top)
    automated = mapping(policy, "automated")
    if not automated:
        yield found(ID, LEVEL, item, top, f"{item} is synced by hand (no syncPolicy.automated)")
    else:
        for field in ("prune", "selfHeal"):
            if not isinstance(automated.get(field), bool):
                where = (*top, "automated", field)
                yield found(ID, LEVEL, item, where, f"{item} does not say {field}")
        if automated.get("selfHeal") is False:
            where = (*top, "automated", "selfHeal")
            yield found(ID, LEVEL, item, where, f"{item} leaves what somebody changed by hand")
        if automated.get("allowEmpty") is True:
            where = (*top, "automated", "allowEmpty")
            yield found(
                ID, LEVEL, item, where, f"{item} deletes everything when its folder is empty"
            )
        if automated.get("enabled") is False:
            where = (*top, "automated", "enabled")
            yield found(ID, LEVEL, item, where, f"{item} is not synced")
    retry = mapping(policy, "retry")
    limit = number(retry, "limit")
    if limit is None or not 0 < limit <= 20:
        message = f"{item} needs a bound on retries (retry.limit, 1 to 20)"
        yield found(ID, LEVEL, item, (*top, "retry"), message)
    for field in ("duration", "maxDuration"):
        if not text(retry, "backoff", field):
            where = (*top, "retry", "backoff")
            yield found(ID, LEVEL, item, where, f"{item} does not say retry.backoff.{field}")
    if not isinstance(at(retry, "backoff", "factor"), int):
        yield found(
            ID, LEVEL, item, (*top, "retry", "backoff"), f"{item} does not say retry.backoff.factor"
        )


def _destination(known: Cluster, item: Object) -> Iterator[Finding]:
    top = (*target(item.data), "destination")
    place = mapping(item.data, *top)
    if bool(text(place, "server")) == bool(text(place, "name")):
        message = f"{item} needs either server or name of its cluster"
        yield found(ID, LEVEL, item, top, message)
    space = text(place, "namespace")
    if not space:
        yield found(ID, LEVEL, item, top, f"{item} does not say its namespace")
    options = sequence(item.data, *target(item.data), "syncPolicy", "syncOptions")
    if "CreateNamespace=true" in options and space in known.tenant_namespaces:
        message = f"{item} makes namespace {space} without anything that bounds it"
        where = (*target(item.data), "syncPolicy", "syncOptions")
        yield found(ID, LEVEL, item, where, message)


def _definitions(known: Cluster, item: Object) -> Iterator[Finding]:
    options = sequence(item.data, *target(item.data), "syncPolicy", "syncOptions")
    if "ServerSideApply=true" in options:
        return
    for _, source in sources(item.data):
        chart = text(source, "chart")
        if chart in read("waves.yaml")["charts"]:
            message = f"{item} deploys definitions of chart {chart} without ServerSideApply=true"
            yield found(ID, LEVEL, item, (*target(item.data), "syncPolicy"), message)
            return
    for child in known.deployed.get(application_id(item), ()):
        own = str(child.annotations.get("argocd.argoproj.io/sync-options", ""))
        if child.kind == "CustomResourceDefinition" and "ServerSideApply=true" not in own:
            message = f"{item} deploys {child} without ServerSideApply=true"
            where = (*target(item.data), "syncPolicy")
            yield found(ID, LEVEL, item, where, message)
            return
