"""What has to fit together in a specification beyond each field for itself."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from blueprints.kinds.sandbox import profiles
from blueprints.parts.names import thousandths
from blueprints.parts.refuse import Place, Problem

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Project, Site, Specification

_NAMESPACES = ("default", "kube-system", "kube-public", "kube-node-lease", "openshift", "cattle")
_PREFIXES = ("kube-", "openshift-", "cattle-", "argocd-", "harvester-")
_SUFFIXES = ("-root", "-tenancy")


def site(site: "Site") -> Iterator[Problem]:
    """Problems within the site; places are relative to it."""
    git, identity, storage = site.git, site.identity, site.storage
    if git.type == "github" and identity.connector != "github":
        yield (
            ("git", "type"),
            f"teams of GitHub cannot follow the groups of {identity.connector}; "
            "use gitea or forgejo, or the connector github",
        )
    elif (
        git.type == "github"
        and identity.connector == "github"
        and identity.organisation != git.organisation
    ):
        yield (
            ("git", "organisation"),
            "has to be that of identity, whose teams are used",
        )
    if git.url.endswith("/") or identity.issuer.endswith("/"):
        place: Place = ("git", "url") if git.url.endswith("/") else ("identity", "issuer")
        yield place, "has to be without / at its end"
    if not git.repository.startswith(f"{git.url}/"):
        yield ("git", "repository"), f"has to lie below {git.url}/"
    yield from _scratch(site)
    namespaces = (site.argocd.namespace, identity.namespace, site.network.gateway_namespace)
    if len(set(namespaces)) != len(namespaces):
        yield (
            ("identity", "namespace"),
            "the namespaces of ArgoCD, Dex and the gateway have to differ",
        )
    if storage.filesystem == storage.block:
        yield ("storage", "block"), "has to be another class than filesystem"
    clients = [one.id for one in identity.clients]
    for at in _repeated([*profiles.own_clients(site), *clients]):
        yield ("identity", "clients"), f"there are two clients of the name {at}"
    for name, image in site.images.items():
        if not any(image.startswith(f"{one}/") for one in site.registries):
            yield ("images", name), "comes from a registry that is not in registries"
    yield from _missing_images(("images",), profiles.own_images(site), site)
    if len(set(site.kubernetes)) != len(site.kubernetes):
        yield ("kubernetes",), "names a version twice"


def _scratch(site: "Site") -> Iterator[Problem]:
    scratch = site.storage.scratch
    place: Place = ("storage", "scratch")
    if scratch is None:
        return
    if (scratch.type == "nfs") != (scratch.server is not None):
        yield place, "nfs needs a server, local has none"
    on_alps = scratch.type == "local" and site.profile == "alps"
    if on_alps and not profiles.gpu_placement(site).selector:
        yield place, "local needs labels of the nodes that have it (gpu.selector)"


def projects(spec: "Specification") -> Iterator[Problem]:
    """Problems of the projects, with each other and with the site."""
    taken = {
        *_NAMESPACES,
        spec.site.argocd.namespace,
        spec.site.identity.namespace,
        spec.site.network.gateway_namespace,
        profiles.ADMIN_PROJECT,
        profiles.PLATFORM_PROJECT,
    }
    names: set[str] = set()
    clients = {*profiles.own_clients(spec.site), *(one.id for one in spec.site.identity.clients)}
    groups: dict[str, str] = {spec.site.identity.administrators: "the platform"}
    uuids: set[str] = set()
    for index, project in enumerate(spec.projects):
        at: Place = ("projects", index)
        if project.name in names:
            yield (*at, "name"), f"there are two projects of the name {project.name}"
        names.add(project.name)
        if project.name in taken or project.name.startswith(_PREFIXES):
            yield (*at, "name"), f"{project.name} is a namespace of the platform"
        if project.name.endswith(_SUFFIXES):
            yield (*at, "name"), f"may not end in {' or '.join(_SUFFIXES)}"
        for role, group in project.groups:
            owner = f"{role} of {project.name}"
            first = groups.setdefault(group, owner)
            if first != owner:
                yield (*at, "groups", role), f"{group} is already the group of {first}"
        if project.waldur is not None:
            key = project.waldur.replace("-", "")
            if key in uuids:
                yield (*at, "waldur"), "is the UUID of another project too"
            uuids.add(key)
        for stack in project.stacks:
            for door in stack.doors():
                client = profiles.door_client(project, door)
                if client in clients:
                    yield (*at, "stacks"), f"there would be two clients of the name {client}"
                clients.add(client)
        for place, text in _project(project, spec.site):
            yield (*at, *place), text


def _project(project: "Project", site: "Site") -> Iterator[Problem]:
    lists: tuple[tuple[Place, Iterable[str]], ...] = (
        (("members",), (one.name for one in project.members)),
        (("data", "s3"), (one.name for one in project.data.s3)),
        (("data", "volumes"), (one.name for one in project.data.volumes)),
        (("network", "egress"), (one.name for one in project.network.egress)),
        (("network", "ingress"), (one.name for one in project.network.ingress)),
        (("stacks",), (one.name for one in project.stacks)),
    )
    for place, entries in lists:
        for name in _repeated(entries):
            yield place, f"there are two of the name {name}"
    yield from _stacks(project, site)
    yield from _network(project, site)
    if project.data.scratch and site.storage.scratch is None:
        yield ("data", "scratch"), "the site has no scratch file system (site.storage.scratch)"
    if len(project.data.volumes) > project.quota.claims:
        yield ("quota", "claims"), "is less than the volumes of the project"
    if sum(thousandths(one.size) for one in project.data.volumes) > thousandths(
        project.quota.storage
    ):
        yield ("quota", "storage"), "is less than the volumes of the project together"


def _network(project: "Project", site: "Site") -> Iterator[Problem]:
    knows_names = profiles.cni(site) == "cilium"
    for index, egress in enumerate(project.network.egress):
        if egress.cidr is None and egress.fqdn is None:
            yield ("network", "egress", index), "needs cidr or fqdn"
    if project.data.s3 and not knows_names and not site.storage.object.cidrs:
        yield (
            ("data", "s3"),
            "without Cilium the addresses of the endpoint are needed "
            f"(site.storage.object.cidrs, for {urlsplit(site.storage.object.endpoint).hostname})",
        )


def _stacks(project: "Project", site: "Site") -> Iterator[Problem]:
    for index, stack in enumerate(project.stacks):
        at: Place = ("stacks", index)
        for other in project.stacks:
            if other is not stack and other.name.startswith(f"{stack.name}-"):
                yield (*at, "name"), f"{other.name} begins with it; their objects could meet"
        yield from _missing_images(at, stack.images(), site)
        for text in stack.problems(project, site):
            yield at, text


def _missing_images(place: Place, needed: Iterable[str], site: "Site") -> Iterator[Problem]:
    for name in needed:
        if name not in site.images:
            yield place, f"needs an image of the name {name} in site.images"


def _repeated(names: Iterable[str]) -> list[str]:
    counts = Counter(names)
    return sorted(name for name, count in counts.items() if count > 1)
