"""An Application belongs to ArgoCD's project `default`, or to none.

Looks at `spec.project` of Applications and ApplicationSets, and at any AppProject that is named
`default` and still permits something.

The project `default` permits every source, destination and kind: whoever writes to the
Application's source writes to the whole cluster.

Name a project of its own that permits only what the Application needs.
"""

from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.project import target
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import mapping, sequence, text
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "argocd-default-project"
LEVEL = Level.ERROR


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every Application without a project of its own."""
    known = cluster.of(repo, settings)
    for item in (*known.applications, *known.application_sets):
        top = target(item.data)
        if text(mapping(item.data, *top), "project") in ("", "default"):
            message = f"{item} is in the project default, which permits everything"
            yield found(ID, LEVEL, item, (*top, "project"), message, "name a narrow AppProject")
    project = known.projects.get("default")
    if project is not None:
        for field in ("sourceRepos", "destinations", "clusterResourceWhitelist"):
            if sequence(project.data, "spec", field):
                message = f"the project default still permits {field}"
                hint = "leave its lists empty, so that nothing can use it"
                yield found(ID, LEVEL, project, ("spec", field), message, hint)
