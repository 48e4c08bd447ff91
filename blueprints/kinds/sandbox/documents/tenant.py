"""What a project's own repository holds on its first day; from then on it is the tenant's."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File, Owner
from blueprints.kinds.sandbox.documents.argocd import tenant_application
from blueprints.kinds.sandbox.stacks import KINDS

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Project, Site


def files(site: "Site", project: "Project") -> Iterator[File]:
    """``projects/<project>/repository/``: the stacks, and an Application for each folder."""
    into = f"projects/{project.name}/repository"
    folders: list[str] = []
    for stack in project.stacks:
        for file in KINDS[stack.kind].documents(project, stack, site):
            folder = file.path.split("/")[1]
            if folder not in folders:
                folders.append(folder)
            yield replace(file, path=f"{into}/{file.path}")
    for folder in folders:
        app = tenant_application(site, project, folder)
        yield replace(app, path=f"{into}/{app.path}")
    if not folders:
        yield File(f"{into}/apps/.gitkeep", b"", Owner.GENERATED)
