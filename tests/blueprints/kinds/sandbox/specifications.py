"""Specifications that tests start from."""

from __future__ import annotations

from typing import Any

import yaml

from blueprints import yamlfile
from blueprints.emit.yaml import yaml_text
from blueprints.kinds.sandbox import BLUEPRINT
from blueprints.kinds.sandbox.spec import Specification


def site(**changes: Any) -> dict[str, Any]:
    """A site on Alps with Forgejo and Keycloak; `changes` replace whole keys."""
    return {
        "name": "test",
        "profile": "alps",
        "domain": "sandboxes.example.org",
        "git": {
            "type": "forgejo",
            "url": "https://git.example.org",
            "organisation": "sandboxes",
            "repository": "https://git.example.org/platform/sandboxes.git",
            "credentials": "platform/git-reader",
        },
        "argocd": {"url": "https://argocd.example.org"},
        "identity": {
            "connector": "keycloak",
            "issuer": "https://dex.example.org",
            "url": "https://keycloak.example.org",
            "realm": "example",
            "credentials": "platform/dex-keycloak",
            "administrators": "platform-admins",
        },
        "secrets": {"server": "https://vault.example.org"},
        "storage": {
            "filesystem": "cephfs",
            "block": "ceph-rbd",
            "object": {"endpoint": "https://s3.example.org", "cidrs": ["192.0.2.0/28"]},
            "scratch": {"type": "local", "root": "/scratch"},
        },
        "registries": ["registry.example.org"],
        "images": {"dex": f"registry.example.org/dex:v2@sha256:{'0' * 64}"},
        "ci": "github",
        "kubernetes": ["1.33"],
        "state": {"bucket": "sandboxes-state", "endpoint": "https://s3.example.org"},
        "waldur": {"url": "https://portal.example.org/api/"},
        **changes,
    }


GITHUB = {
    "git": {
        "type": "github",
        "url": "https://github.com",
        "organisation": "example-sandboxes",
        "repository": "https://github.com/example-platform/sandboxes.git",
        "credentials": "platform/github-app",
    },
    "identity": {
        "connector": "github",
        "organisation": "example-sandboxes",
        "issuer": "https://dex.example.org",
        "credentials": "platform/dex-github",
        "administrators": "platform-admins",
    },
}
"""The keys of a site whose people and repositories are on GitHub."""


def project(name: str = "climate", **changes: Any) -> dict[str, Any]:
    """A project without data or stacks; `changes` replace whole keys."""
    return {
        "name": name,
        "title": f"The project {name}",
        "groups": {role: f"{name}-{role}" for role in ("admins", "members", "viewers")},
        "members": [{"name": "ada", "role": "admin"}, {"name": "blaise", "role": "member"}],
        "quota": {"cpu": "64", "memory": "512Gi", "gpu": 8, "storage": "4Ti"},
        **changes,
    }


def data(*projects: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A whole specification, of one project where none is given; `changes` are of the site."""
    return {
        "blueprint": "sandbox",
        "version": 1,
        "site": site(**changes),
        "projects": list(projects) or [project()],
    }


def specification(*projects: dict[str, Any], **changes: Any) -> str:
    """As :func:`data`, as the text of a file."""
    return yaml_text([data(*projects, **changes)]).decode()


def typed(*projects: dict[str, Any], **changes: Any) -> Specification:
    """As :func:`data`, read and checked."""
    return yamlfile.parse(Specification, specification(*projects, **changes), "s.yaml")


def rendered(spec: Specification) -> dict[str, str]:
    """Every file that is not prose, by its path."""
    return {file.path: file.content.decode() for file in BLUEPRINT.documents(spec)}


def objects(made: dict[str, str], path: str) -> list[dict[str, Any]]:
    """The YAML documents of one rendered file."""
    return [one for one in yaml.safe_load_all(made[path]) if one is not None]


def named(made: dict[str, str], path: str, kind: str, name: str) -> dict[str, Any]:
    """The one object of this kind and name in a file."""
    (found,) = (
        one
        for one in objects(made, path)
        if one["kind"] == kind and one["metadata"]["name"] == name
    )
    return found
