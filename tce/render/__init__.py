"""From an environment's specification to every file that is not prose; one folder for each part."""

from collections.abc import Iterator

from blueprints.engine.blueprint import File
from tce.intent.spec import Specification
from tce.render import (
    cluster,
    custody,
    gitops,
    handover,
    kubernetes,
    network,
    pki,
    repository,
    secrets,
    storage,
)


def documents(spec: Specification) -> Iterator[File]:
    """All files of the repository; pure."""
    yield from network.files(spec)
    yield from handover.files(spec)
    yield from cluster.files(spec)
    yield from kubernetes.files(spec)
    yield from storage.files(spec)
    yield from secrets.files(spec)
    yield from custody.files(spec)
    yield from pki.files(spec)
    yield from gitops.files(spec)
    yield from repository.files(spec)
