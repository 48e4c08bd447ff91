"""An object without a name, or in no namespace of this repository.

Looks at every Kubernetes object: a name (or `generateName`), and, for those that lie in folders
whose other objects share one namespace, a namespace that some Namespace document, AppProject or
setting knows. Kustomizations and the like, which are no objects, are not meant.

An object without a name is refused; one in a namespace that nobody made is refused as well, or
lands where nobody looks.

Name it, and put it where its neighbours are.
"""

import posixpath
from collections import Counter, defaultdict
from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import text
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "object-name"
LEVEL = Level.ERROR

_UNNAMED = ("Kustomization", "Component", "List")
_CONFIGURATIONS = (".config.k8s.io", "audit.k8s.io")
"""Groups of files that programs are started with, which are no objects."""


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every object that cannot be found by its name."""
    known = cluster.of(repo, settings)
    beside: defaultdict[str, list[Object]] = defaultdict(list)
    for item in known.objects:
        if item.kind in _UNNAMED or item.group.endswith(_CONFIGURATIONS):
            continue
        if not item.name and not text(item.metadata, "generateName"):
            yield found(ID, LEVEL, item, ("metadata",), f"{item.kind} has no name")
        if not item.rendered_from:
            beside[posixpath.dirname(item.file)].append(item)
    for several in beside.values():
        yield from _apart(several)


def _apart(several: list[Object]) -> Iterator[Finding]:
    """The one object whose namespace is not that of all its neighbours, or that has none."""
    spaced = Counter(item.namespace for item in several if item.namespace)
    with_one = {item.kind for item in several if item.namespace}
    for item in several:
        if not item.namespace and item.kind in with_one:
            message = f"{item} has no namespace, and others of its kind beside it have"
            yield found(ID, LEVEL, item, ("metadata",), message)
    if len(spaced) == 2:
        (most, number), (odd, once) = spaced.most_common(2)
        if once == 1 and number >= 4:
            for item in several:
                if item.namespace == odd:
                    message = f"{item} is in namespace {odd}; {number} objects beside it in {most}"
                    yield found(ID, LEVEL, item, ("metadata", "namespace"), message)
