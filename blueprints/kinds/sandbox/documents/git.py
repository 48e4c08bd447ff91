"""A Git of one's own whose teams follow the identity provider's groups at each login."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.emit.json import json_text
from blueprints.engine.blueprint import File
from blueprints.kinds.sandbox import profiles
from blueprints.kinds.sandbox.documents.tofu import script

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Specification


def files(spec: "Specification") -> Iterator[File]:
    """``git/``: group -> organisation -> teams as Gitea and Forgejo read it, and a script."""
    if spec.site.git.type == "github":
        return
    teams = {
        profiles.claim(spec.site, group): {spec.site.git.organisation: [group]}
        for project in spec.projects
        for _, group in project.groups
    }
    yield File("git/group-team-map.json", json_text(teams))
    yield script("follow-groups.sh", "git/follow-groups.sh")
