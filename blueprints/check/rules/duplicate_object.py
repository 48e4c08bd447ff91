"""One object stands in the repository twice.

Looks at every object that is written (rendered ones too): group, kind, namespace and name together
may stand once. Patches of Kustomize are no objects, and folders such as `overlays/dev` and
`overlays/prod`, or `clusters/a` and `clusters/b`, are for different clusters. The folders of a
model at a site, `models/MODEL/SITE/RUNTIME`, are ways to start one service, of which one is taken.

The second one overwrites the first, in an order that nobody chose, and ArgoCD shows both as out of
sync in turns. Remove or rename one of them.
"""

import itertools
import typing
from collections.abc import Iterator

from blueprints.check import kustomize
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible
from blueprints.service.site import RuntimeName

ID = "duplicate-object"
LEVEL = Level.ERROR

_APART = {"overlays", "environments", "envs", "clusters", "sites", "stages", "regions"}


def check(repo: Repository, settings: Settings) -> Iterator[Finding]:
    """Yield one finding for each object but the first of its name."""
    folders = kustomize.read(repo)
    patches = {path for one in folders.values() for path in one.patches}
    namespaces = kustomize.namespaces(folders)
    first: dict[tuple[str, ...], Object] = {}
    for obj in repo.objects:
        if not obj.name or obj.file in patches or obj.kind in ("Kustomization", "Component"):
            continue
        namespace = namespaces.get(obj.file, obj.namespace)
        folder = "" if namespace else obj.file.rpartition("/")[0]
        key = (obj.group, obj.kind, namespace, obj.name, folder, _cluster(obj.file))
        other = first.setdefault(key, obj)
        if other is obj:
            continue
        place = f"{other.file}:{other.line}" if other.line else other.file
        yield Finding(
            obj.file,
            obj.line_of("metadata", "name"),
            ID,
            visible(f"{obj} stands here again (first in {place})"),
            LEVEL,
            "remove or rename one of them",
        )


def _cluster(path: str) -> str:
    """The part of a path that says which cluster it is for, and which way to start a service."""
    parts = path.split("/")
    if parts[0] == "models" and len(parts) > 4 and parts[3] in typing.get_args(RuntimeName):
        return "/".join(parts[2:4])
    return "/".join(name for above, name in itertools.pairwise(parts) if above in _APART)
