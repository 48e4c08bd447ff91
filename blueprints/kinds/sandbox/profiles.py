"""What differs between a site on Alps and a commercial Kubernetes, and what a site is made of.

Everything that would not move to another centre is decided here and nowhere else; the rest of
the blueprint asks these functions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Egress, Project, Scratch, ScratchMount, Site

ADMIN_PROJECT = "sandboxes"
"""The AppProject of what the platform puts into the tenants' namespaces."""
PLATFORM_PROJECT = "platform"
"""The AppProject of the platform itself."""
CLUSTER = "https://kubernetes.default.svc"
"""The cluster that ArgoCD itself runs in."""


@dataclass(frozen=True)
class Placement:
    """Where a pod may run, as fields of a pod's specification."""

    selector: Mapping[str, str]
    tolerations: Sequence[Mapping[str, str]]


def cni(site: "Site") -> str:
    """``cilium`` or ``other``: whether policies may name domains."""
    return site.network.cni or ("cilium" if site.profile == "alps" else "other")


def by_name(site: "Site", out: "Egress") -> bool:
    """Whether an exception is let through by its domain name; else by its addresses, if any."""
    return out.fqdn is not None and cni(site) == "cilium"


def scratch(site: "Site", project: "Project") -> "tuple[Scratch, ScratchMount] | None":
    """The site's scratch file system and the project's folder on it; a folder of the nodes
    themselves is nowhere but on Alps, so that it is left out elsewhere.
    """
    there, mount = site.storage.scratch, project.data.scratch
    if there is None or mount is None:
        return None
    return None if there.type == "local" and site.profile == "commercial" else (there, mount)


def gpu_resource(site: "Site") -> str:
    """The extended resource that stands for one GPU."""
    return site.gpu.resource if site.gpu else "nvidia.com/gpu"


def gpu_placement(site: "Site") -> Placement:
    """Nodes with GPUs: on Alps the HPC nodes (``hpc=true``, tainted), elsewhere as is said."""
    if site.gpu is not None:
        selector, taint, value = site.gpu.selector, site.gpu.taint, site.gpu.taint_value
    elif site.profile == "alps":
        selector, taint, value = {"hpc": "true"}, "hpc", "true"
    else:
        selector, taint, value = {}, "nvidia.com/gpu", None
    tolerations: tuple[Mapping[str, str], ...] = ()
    if taint is not None and value is not None:
        tolerations = ({"key": taint, "operator": "Equal", "value": value, "effect": "NoSchedule"},)
    elif taint is not None:
        tolerations = ({"key": taint, "operator": "Exists", "effect": "NoSchedule"},)
    return Placement(selector, tolerations)


def repository(site: "Site", project: "Project") -> str:
    """Address of the project's own Git repository."""
    return f"{site.git.url}/{site.git.organisation}/{project.name}.git"


def claim(site: "Site", group: str) -> str:
    """A group as it stands in a token of Dex."""
    if site.identity.connector == "github":
        return f"{site.identity.organisation}:{group}"
    return group


def subject(site: "Site", group: str) -> str:
    """A group as the Kubernetes API names it."""
    return f"{site.identity.groups_prefix}{claim(site, group)}"


def host(site: "Site", project: "Project", name: str) -> str:
    """Domain name under which a service of a project is reached from outside."""
    return f"{name}.{project.name}.{site.domain}"


def door_client(project: "Project", door: str) -> str:
    """The id that a door of a project's stack has at Dex."""
    return f"{project.name}-{door}"


def own_clients(site: "Site") -> tuple[str, ...]:
    """The clients that a site registers with Dex by itself."""
    git = () if site.git.type == "github" else (site.git.type,)
    return ("argocd", "kubernetes", *git)


def own_images(site: "Site") -> tuple[str, ...]:
    """Keys of ``site.images`` that the platform itself needs."""
    _ = site
    return ("dex",)
