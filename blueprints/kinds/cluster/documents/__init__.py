"""From a specification to every file that is not prose."""

from collections.abc import Iterator

from blueprints.engine.blueprint import File
from blueprints.kinds.cluster.documents import ansible, data, settings
from blueprints.kinds.cluster.spec import Specification


def documents(spec: Specification) -> Iterator[File]:
    """All files of the repository; pure."""
    yield from settings.files(spec)
    yield from data.files(spec)
    yield from ansible.files(spec)
