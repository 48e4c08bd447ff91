"""What people read in a rendered repository: which README goes where, and its few words."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import Owner, Prose
from blueprints.kinds.sandbox import profiles
from blueprints.kinds.sandbox.stacks.agentic import Agentic
from blueprints.kinds.sandbox.stacks.base import StackModel
from blueprints.kinds.sandbox.stacks.coding import Coding
from blueprints.kinds.sandbox.stacks.governance import Governance
from blueprints.kinds.sandbox.stacks.rag import Rag
from blueprints.kinds.sandbox.stacks.roles.openai import Own
from blueprints.kinds.sandbox.stacks.weather import Weather

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Project, Site, Specification


def prose(spec: "Specification") -> Iterator[Prose]:
    """The repository's own files, one README for each project and one for each stack.

    Titles and other free text stay out: what is passed on is checked to be a plain word.
    """
    site = spec.site
    yield Prose("repository", "", _repository(site), Owner.SHARED)
    for project in spec.projects:
        into = f"projects/{project.name}/repository"
        yield Prose("project", into, _project(site, project))
        for stack in project.stacks:
            context = _stack(site, project, stack)
            yield Prose(f"stack-{stack.kind}", f"{into}/stacks/{stack.name}", context)


def _repository(site: "Site") -> dict[str, str]:
    return {
        "site": site.name,
        "profile": site.profile,
        "repository": site.git.repository,
        "argocd": site.argocd.url,
        "dex": site.identity.issuer,
        "git": f"{site.git.url}/{site.git.organisation}",
        "secrets": site.secrets.server,
        "prefix": site.secrets.prefix,
        "on_delete": site.argocd.on_delete,
        "ci": site.ci,
        "waldur": site.waldur.url if site.waldur else "",
        "follows": _followed(site),
    }


def _followed(site: "Site") -> str:
    """What OpenTofu speaks to, hence whose credentials it needs."""
    return "github" if site.git.type == "github" else f"gitea-{site.identity.connector}"


def _project(site: "Site", project: "Project") -> dict[str, str]:
    return {
        "project": project.name,
        "argocd": site.argocd.url.rstrip("/"),
        "secrets": site.secrets.server,
        "mount": site.secrets.mount,
        "prefix": site.secrets.prefix,
        "domain": f"{project.name}.{site.domain}",
        "admins": project.groups.admins,
        "members": project.groups.members,
        "viewers": project.groups.viewers,
        "profile": site.profile,
        "stacks": "yes" if project.stacks else "",
    }


def _stack(site: "Site", project: "Project", stack: StackModel) -> dict[str, str]:
    """The words of one stack's README, by its kind."""
    said = {
        "project": project.name,
        "stack": stack.name,
        "store": f"{site.secrets.mount}/{site.secrets.prefix}/{project.name}",
    }
    buckets = {one.name: one.bucket for one in project.data.s3}
    host = {"host": profiles.host(site, project, stack.name)}
    match stack:
        case Rag() | Agentic():
            return {**said, **host, "own": "yes" if isinstance(stack.gateway, Own) else ""}
        case Coding():
            completion = stack.completion.name if stack.completion else ""
            return {**said, **host, "model": stack.chat.name, "completion": completion}
        case Weather():
            return {
                **said,
                "model": stack.model,
                "bucket": buckets[stack.bucket],
                "volume": stack.volume,
                "path": stack.path,
            }
        case Governance():
            bucket = buckets[stack.artifacts]
            return {**said, **host, "bucket": bucket, "issuer": site.identity.issuer}
        case _:
            raise TypeError(f"no README for a stack of the kind {stack.kind}")
