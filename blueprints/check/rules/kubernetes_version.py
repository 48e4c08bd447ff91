"""An API version that a chosen version of Kubernetes does not serve.

Looks at every object whose API group is Kubernetes' own: its `apiVersion` and `kind` have to be
served by every version in `kubernetes` of the settings. Found are removed versions (`batch/v1beta1
CronJob`), ones that are newer than the cluster, and kinds that do not exist (`Deploymnt`).

The cluster refuses such an object, and ArgoCD stops at it. Write the API version that the message
names, or correct `kubernetes` in `.tutela-check.yaml`.
"""

from collections.abc import Iterator

from blueprints.check.extras import missing
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "kubernetes-version"
LEVEL = Level.ERROR


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Yield one finding for each object that some chosen version does not know."""
    lacking = missing(ID, "jsonschema_rs", "kubernetes_validate")
    yield from lacking
    if lacking:
        return
    from blueprints.check.schemas import core
    from blueprints.check.schemas.versions import history, installed, is_core

    chosen, _ = installed(settings.kubernetes)
    if not chosen:
        yield NotChecked(ID, "there are no schemas for the versions of Kubernetes in the settings")
        return
    schemas = [core.load(version) for version in chosen]
    known = frozenset.intersection(*(frozenset(schema.definitions) for schema in schemas))
    for obj in repo.objects:
        kind = (obj.group, obj.version, obj.kind)
        if kind in known or not is_core(obj.group):
            continue
        without = [schema.version for schema in schemas if kind not in schema.definitions]
        yield Finding(
            obj.file,
            obj.line_of("apiVersion"),
            ID,
            f"{visible(str(obj))}: Kubernetes {', '.join(without)} "
            f"{'has' if len(without) == 1 else 'have'} no {visible(obj.api_version)} "
            f"{visible(obj.kind)}",
            LEVEL,
            history(kind),
        )
