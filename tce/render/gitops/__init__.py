"""``gitops/``: Argo CD of the environment's own, which deploys signed commits and nothing else.

There is one project, and it is said here, not made from a template: a project that a repository may
name is a project that a commit may change. Charts come from Git as well, because signatures of
registries are not looked at. Source: argo-cd.readthedocs.io, "Source integrity" (from 3.5 on).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tce.render.gitops import applications, projects, settings

if TYPE_CHECKING:
    from blueprints.engine.blueprint import File
    from tce.intent.spec import Specification


def files(spec: "Specification") -> "Iterator[File]":
    """The projects, the root, what it makes, and Argo CD's own settings."""
    yield from projects.files(spec)
    yield from applications.files(spec)
    yield from settings.files(spec)
