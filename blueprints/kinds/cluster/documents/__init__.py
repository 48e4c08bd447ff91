"""From a specification to every file that is not prose."""

from collections.abc import Iterator

from blueprints.engine.blueprint import File
from blueprints.kinds.cluster.documents import (
    ansible,
    applicationset,
    argocd_settings,
    ci,
    components,
    data,
    openings,
    projects,
    root,
    settings,
    tofu,
)
from blueprints.kinds.cluster.spec import Specification


def documents(spec: Specification) -> Iterator[File]:
    """All files of the repository; pure."""
    yield from settings.files(spec)
    yield from ci.files(spec)
    yield from data.files(spec)
    yield from ansible.files(spec)
    yield from openings.files(spec)
    yield from tofu.files(spec)
    yield from argocd_settings.files(spec)
    yield from projects.files(spec)
    yield from applicationset.files(spec)
    yield from root.files(spec)
    yield from components.files(spec)
