"""An Application reaches outside of its AppProject.

Looks at Applications and ApplicationSets whose AppProject is in the repository: the project must
exist, take the source repository and the destination, know the namespace that the Application
itself lives in (`sourceNamespaces`), and permit every kind that the source's folder holds.

ArgoCD refuses to deploy such an Application, often only when somebody looks for the reason.

Mend the Application, or widen the project on purpose.
"""

from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import CLUSTER_SCOPED, Cluster, application_id
from blueprints.check.cluster.project import (
    glob,
    permits_kind,
    permits_source,
    server_of,
    sources,
    target,
)
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import mapping, text, texts
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "argocd-project-scope"
LEVEL = Level.ERROR


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every Application that its project would refuse."""
    known = cluster.of(repo, settings)
    for item in (*known.applications, *known.application_sets):
        yield from _judge(known, item)


def _judge(known: Cluster, item: Object) -> Iterator[Finding | NotChecked]:
    top = target(item.data)
    name = text(mapping(item.data, *top), "project")
    if not name or "{{" in name:
        return
    project = known.projects.get(name)
    if project is None:
        if name == "default":
            return
        where = (*top, "project")
        yield found(
            ID,
            LEVEL,
            item,
            where,
            f"{item} names the project {name}, which is not in the repository",
        )
        return
    for where, source in sources(item.data):
        url = text(source, "repoURL")
        if url and "{{" not in url and not permits_source(project.data, url):
            message = f"project {name} does not take the repository {url} of {item}"
            yield found(ID, LEVEL, item, (*where, "repoURL"), message)
    destination = mapping(item.data, *top, "destination")
    server, space = server_of(destination), text(destination, "namespace")
    if "{{" not in server + space and not known.takes(project, server, space):
        message = (
            f"project {name} does not take the destination "
            f"{space or '(none)'} on {server} of {item}"
        )
        yield found(ID, LEVEL, item, (*top, "destination"), message)
    home = known.namespace(item)
    if home != known.argocd_namespace and not any(
        glob(pattern, home) for pattern in texts(project.data, "spec", "sourceNamespaces")
    ):
        message = (
            f"project {name} takes no Applications from namespace "
            f"{home or '(none)'}, where {item} is"
        )
        yield found(ID, LEVEL, item, ("metadata", "namespace"), message)
    yield from _deployed(known, item, project, name, server)


def _deployed(
    known: Cluster, item: Object, project: Object, name: str, server: str
) -> Iterator[Finding]:
    for child in known.deployed.get(application_id(item), ()):
        scoped = child.kind in CLUSTER_SCOPED
        if not permits_kind(project.data, child.group, child.kind, cluster_scoped=scoped):
            message = f"project {name} does not permit {child}, which {item} deploys"
            yield found(ID, LEVEL, child, ("kind",), message)
        space = known.namespace(child)
        if space and not known.takes(project, server, space):
            message = (
                f"project {name} does not take namespace {space} of {child}, which {item} deploys"
            )
            yield found(ID, LEVEL, child, ("metadata", "namespace"), message)
