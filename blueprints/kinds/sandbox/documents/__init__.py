"""From a specification to every file that is not prose."""

from collections.abc import Iterator

from blueprints.engine.blueprint import File
from blueprints.kinds.sandbox.documents import tenancy
from blueprints.kinds.sandbox.spec import Specification


def documents(spec: Specification) -> Iterator[File]:
    """All files of the repository; pure."""
    for project in spec.projects:
        yield from tenancy.files(spec.site, project)
