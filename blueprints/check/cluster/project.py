"""What an ArgoCD AppProject permits.

Source: https://argo-cd.readthedocs.io/en/stable/user-guide/projects/ and `pkg/apis/application`
of argo-cd: `*` stays within one part of a repository URL and `**` does not; in servers, namespaces
and kinds `*` is any text; an entry that begins with `!` denies.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from blueprints.check.cluster.shape import mapping, mappings, sequence, text, texts

LOCAL_SERVER = "https://kubernetes.default.svc"
LOCAL_NAME = "in-cluster"


@lru_cache(maxsize=4096)
def _pattern(glob: str, within: bool) -> re.Pattern[str]:
    parts = []
    for part in re.split(r"(\*\*|\*|\?)", glob):
        match part:
            case "**":
                parts.append(".*")
            case "*":
                parts.append("[^/]*" if within else ".*")
            case "?":
                parts.append("[^/]" if within else ".")
            case _:
                parts.append(re.escape(part))
    return re.compile("".join(parts), re.DOTALL)


def glob(pattern: str, value: str, *, within: bool = False) -> bool:
    """Whether a pattern takes the value; with `within`, `*` stops at `/`."""
    return pattern == value or _pattern(pattern, within).fullmatch(value) is not None


@lru_cache(maxsize=4096)
def repository(url: str) -> str:
    """A repository's address in the form in which ArgoCD compares it."""
    url = url.strip()
    if "://" not in url and (form := re.fullmatch(r"(?:[^@/]+@)?([^:/]+):(?!//)(.+)", url)):
        url = f"ssh://{form[1]}/{form[2]}"
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.lower()
    host = parts.netloc.rpartition("@")[2].lower()
    path = parts.path.rstrip("/").removesuffix(".git").lower()
    return f"{parts.scheme}://{host}{path}" if parts.scheme else f"{host}{path}"


def permits_source(project: object, url: str) -> bool:
    """Whether `spec.sourceRepos` takes a repository."""
    wanted = repository(url)
    permitted = False
    for entry in texts(project, "spec", "sourceRepos"):
        denied = entry.startswith("!")
        if entry.removeprefix("!") == "*" or glob(
            repository(entry.removeprefix("!")), wanted, within=True
        ):
            if denied:
                return False
            permitted = True
    return permitted


def server_of(destination: object) -> str:
    """The cluster of a destination; the one that ArgoCD runs in has one name only."""
    server, name = text(destination, "server"), text(destination, "name")
    return LOCAL_SERVER if name == LOCAL_NAME and not server else server or f"name:{name}"


class Destinations:
    """A project's `spec.destinations`, read once: a project may have thousands of them."""

    def __init__(self, project: object) -> None:
        self._plain: set[tuple[str, str]] = set()
        self._patterns: list[tuple[str, str]] = []
        for _, entry in mappings(project, "spec", "destinations"):
            pair = (server_of(entry), text(entry, "namespace"))
            if any(mark in part for part in pair for mark in "*?!"):
                self._patterns.append(pair)
            else:
                self._plain.add(pair)

    def permit(self, server: str, namespace: str) -> bool:
        """Whether a cluster (as from `server_of`) and namespace is taken."""
        permitted = (server, namespace) in self._plain
        for cluster, space in self._patterns:
            denied = space.startswith("!") or cluster.startswith("!")
            if glob(cluster.removeprefix("!"), server) and glob(space.removeprefix("!"), namespace):
                if denied:
                    return False
                permitted = True
        return permitted


def permits_destination(project: object, server: str, namespace: str) -> bool:
    """Whether `spec.destinations` takes a cluster (as from `server_of`) and namespace."""
    return Destinations(project).permit(server, namespace)


def permits_kind(project: object, group: str, kind: str, *, cluster_scoped: bool) -> bool:
    """Whether objects of a kind may be deployed."""
    scope = "cluster" if cluster_scoped else "namespace"
    spec = mapping(project, "spec")
    if any(_named(entry, group, kind) for _, entry in mappings(spec, f"{scope}ResourceBlacklist")):
        return False
    listed = spec.get(f"{scope}ResourceWhitelist")
    if not listed:
        # Without a list everything in a namespace is permitted, and nothing of a cluster.
        return listed is None and not cluster_scoped
    return any(_named(entry, group, kind) for _, entry in mappings(listed))


def _named(entry: object, group: str, kind: str) -> bool:
    return glob(text(entry, "group"), group) and glob(text(entry, "kind"), kind)


def sources(application: object) -> Iterator[tuple[tuple[str | int, ...], dict[str, object]]]:
    """Path and value of every source of an Application (or of an ApplicationSet's template)."""
    for top in (("spec",), ("spec", "template", "spec")):
        single = mapping(application, *top, "source")
        if single:
            yield (*top, "source"), single
        for index, item in mappings(application, *top, "sources"):
            yield (*top, "sources", index), item


def target(application: object) -> tuple[str | int, ...]:
    """Path of the Application's own specification, that of the template in an ApplicationSet."""
    if mapping(application, "spec", "template"):
        return ("spec", "template", "spec")
    return ("spec",)


def is_administration(project: object, argocd: str) -> bool:
    """Whether a project may deploy into ArgoCD's own namespace: whoever writes to its sources
    can create Applications of any project."""
    return any(
        glob(text(entry, "namespace"), argocd)
        for _, entry in mappings(project, "spec", "destinations")
    )


def roles(project: object) -> Iterator[tuple[int, dict[str, object]]]:
    """Position and value of every role."""
    return mappings(project, "spec", "roles")


def policies(role: object) -> list[tuple[int, list[str]]]:
    """Position and fields of every policy line of a role."""
    return [
        (index, [field.strip() for field in line.split(",")])
        for index, line in enumerate(sequence(role, "policies"))
        if isinstance(line, str)
    ]
