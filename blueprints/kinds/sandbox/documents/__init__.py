"""From a specification to every file that is not prose."""

from collections.abc import Iterator

from blueprints.engine.blueprint import File
from blueprints.kinds.sandbox.documents import (
    access,
    argocd,
    ci,
    data,
    dex,
    git,
    network,
    platform,
    settings,
    smoke,
    tenancy,
    tenant,
    tofu,
)
from blueprints.kinds.sandbox.spec import Specification


def documents(spec: Specification) -> Iterator[File]:
    """All files of the repository; pure."""
    yield from platform.files(spec)
    yield from access.files(spec.site)
    yield from dex.files(spec)
    yield from tofu.files(spec)
    yield from git.files(spec)
    yield from settings.files(spec)
    yield from ci.files(spec.site)
    yield from smoke.files()
    for project in spec.projects:
        yield from tenancy.files(spec.site, project)
        yield from network.files(spec.site, project)
        yield from data.files(spec.site, project)
        yield from argocd.files(spec.site, project)
        yield from tenant.files(spec.site, project)
