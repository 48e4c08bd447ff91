"""The specification that lies in a rendered repository of sandboxes, as facts to compare with."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from blueprints.check.cluster.shape import (
    at,
    mapping,
    mappings,
    scalars,
    sequence,
    text,
    texts,
)
from blueprints.check.repository import Repository

FILE = "spec.yaml"


@dataclass(frozen=True, eq=False)
class Sandboxes:
    """What a specification says; values of any type, because a file can say anything."""

    data: dict[str, Any]

    @cached_property
    def site(self) -> dict[str, Any]:
        """What all projects share."""
        return mapping(self.data, "site")

    @cached_property
    def projects(self) -> dict[str, dict[str, Any]]:
        """Projects by name."""
        return {text(entry, "name"): entry for _, entry in mappings(self.data, "projects")}

    @cached_property
    def images(self) -> frozenset[str]:
        """Every image that anything may run."""
        return frozenset(mapping(self.site, "images").values())

    @cached_property
    def branch(self) -> str:
        """The revision that everything is deployed from."""
        return text(self.site, "git", "branch") or "main"

    def repository(self, project: str) -> str:
        """Address of a project's own repository."""
        git = mapping(self.site, "git")
        return f"{text(git, 'url')}/{text(git, 'organisation')}/{project}.git"

    @cached_property
    def domain(self) -> str:
        """Under which every host of a project lies."""
        return text(self.site, "domain")

    @cached_property
    def storage_classes(self) -> frozenset[str]:
        """The classes that claims may have; "" is a volume by name."""
        storage = mapping(self.site, "storage")
        return frozenset((text(storage, "filesystem"), text(storage, "block"), ""))

    @cached_property
    def urls(self) -> tuple[str, ...]:
        """Every address that the specification names."""
        return tuple(
            value.rstrip("/")
            for _, value in scalars(self.data)
            if isinstance(value, str) and "://" in value
        )

    @cached_property
    def hosts(self) -> frozenset[str]:
        """Every host outside of the cluster that it names."""
        found = {urlsplit(url).hostname or "" for url in self.urls}
        for project in self.projects.values():
            found |= {text(one, "fqdn") for _, one in mappings(project, "network", "egress")}
        return frozenset(found - {""})

    @cached_property
    def networks(self) -> frozenset[str]:
        """Every network that it names."""
        found = set(texts(self.site, "storage", "object", "cidrs"))
        for project in self.projects.values():
            found |= {text(one, "cidr") for _, one in mappings(project, "network", "egress")}
        return frozenset(found - {""})

    def claim(self, group: str) -> str:
        """A group as it stands in a token."""
        if text(self.site, "identity", "connector") == "github":
            return f"{text(self.site, 'git', 'organisation')}:{group}"
        return group

    @cached_property
    def prefix(self) -> str:
        """What the API server puts before a group."""
        value = at(self.site, "identity", "groups_prefix")
        return value if isinstance(value, str) else "oidc:"

    def groups(self, project: str) -> dict[str, str]:
        """Group in a token by role."""
        said = mapping(self.projects[project], "groups")
        steps = {"admin": "admins", "member": "members", "viewer": "viewers"}
        return {step: self.claim(text(said, word)) for step, word in steps.items()}

    @cached_property
    def profile(self) -> str:
        """`alps` or `commercial`."""
        return text(self.site, "profile")

    @cached_property
    def gpu_resource(self) -> str:
        """What stands for one GPU."""
        return text(self.site, "gpu", "resource") or "nvidia.com/gpu"

    def facts(self, project: str) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """What a project's documents must say somewhere, each with its place in the project."""
        entry = self.projects[project]
        for key in ("title", "waldur", "ended"):
            if text(entry, key):
                yield (key,), text(entry, key)
        for index, one in mappings(entry, "data", "s3"):
            yield ("data", "s3", index, "bucket"), text(one, "bucket")
        if sequence(entry, "data", "s3"):
            for cidr in texts(self.site, "storage", "object", "cidrs"):
                yield ("data", "s3"), cidr
        for index, one in mappings(entry, "data", "volumes"):
            yield ("data", "volumes", index, "name"), text(one, "name")
        for index, one in mappings(entry, "network", "egress"):
            for key in ("cidr", "fqdn", "why"):
                if text(one, key):
                    yield ("network", "egress", index, key), text(one, key)
        for index, one in mappings(entry, "network", "ingress"):
            for key in ("namespace", "why"):
                yield ("network", "ingress", index, key), text(one, key)
        for index, one in mappings(entry, "stacks"):
            yield ("stacks", index, "name"), text(one, "name")


def specification(repo: Repository) -> Sandboxes | None:
    """The repository's specification, where it is one of sandboxes."""
    known = repo.indexes.get(__name__)
    if __name__ not in repo.indexes:
        known = repo.indexes[__name__] = _read(repo)
    return known if isinstance(known, Sandboxes) else None


def _read(repo: Repository) -> Sandboxes | None:
    if not repo.exists(FILE):
        return None
    documents = repo.yaml(FILE)
    data = documents[0].data if len(documents) == 1 else None
    if text(data, "blueprint") != "sandbox":
        return None
    return Sandboxes(mapping(data))
