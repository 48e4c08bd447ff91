"""A blueprint in five versions: it grows, renames, removes, and changes its YAML and its words."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from blueprints.engine.blueprint import Blueprint, File, Migration, Move, Owner, Prose

FOLDER = Path(__file__).parent
SPEC = """\
# The specification of our service.
blueprint: five
version: 1
name: web  # as everybody calls it
# how many
size: 2
image: registry.example.org/web:1
"""


class Old(BaseModel):
    """Versions 1 to 3."""

    model_config = ConfigDict(extra="forbid")
    blueprint: Literal["five"]
    version: int
    name: str
    size: int
    image: str

    @property
    def count(self) -> int:
        """How many replicas."""
        return self.size


class New(BaseModel):
    """From version 4 on."""

    model_config = ConfigDict(extra="forbid")
    blueprint: Literal["five"]
    version: int
    name: str
    replicas: int
    image: str
    zone: str = "a"

    @property
    def count(self) -> int:
        """How many replicas."""
        return self.replicas


def app(version: int, spec: Any) -> str:
    """The Deployment: in each version something else about it changes."""
    text = f"""\
# Rendered by five {version}.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {spec.name}
  labels:
    app: {spec.name}
"""
    if version >= 4:
        text += f"    zone: {getattr(spec, 'zone', 'a')}\n"
    text += f"""\
spec:
  replicas: {spec.count}
  template:
    spec:
"""
    if version >= 3:
        text += "      # not as root\n      securityContext:\n        runAsNonRoot: true\n"
    text += "      containers:\n"
    if version >= 4:
        text += "      - name: log\n        image: registry.example.org/log:4\n"
    text += f"      - name: main\n        image: {spec.image}\n"
    text += "        args:\n        - --port=8080\n"
    if version >= 2:
        text += f"        - --level={version}\n"
    text += "        env:\n        - name: MODE\n          value: plain\n"
    if version >= 5:
        text += "        - name: ZONE\n          value: a\n"
    if version >= 2:
        text += "        ports:\n        - containerPort: 8080\n"
    return text


def service(version: int, spec: Any) -> str:
    """A Service; from version 5 on with a second document."""
    text = f"apiVersion: v1\nkind: Service\nmetadata:\n  name: {spec.name}\nspec:\n"
    text += f"  ports:\n  - name: http\n    port: {80 if version < 3 else 8080}\n"
    if version >= 5:
        text += "---\napiVersion: v1\nkind: Service\nmetadata:\n"
        text += f"  name: {spec.name}-metrics\nspec:\n  ports:\n  - name: metrics\n    port: 9090\n"
    return text


def script(version: int) -> str:
    """A shell script."""
    text = "#!/bin/sh\nset -eu\n\necho starting\n"
    if version >= 2:
        text += f"echo version {version}\n"
    return text + "\nexec server\n"


def documents(version: int) -> Callable[[Any], Iterator[File]]:
    """The documents of one version."""

    def files(spec: Any) -> Iterator[File]:
        deploy = "config" if version < 3 else "deploy"
        yield File(f"{deploy}/app.yaml", app(version, spec).encode())
        yield File(f"{deploy}/service.yaml", service(version, spec).encode(), Owner.SHARED)
        if version < 4:
            quota = f"apiVersion: v1\nkind: ResourceQuota\nspec:\n  hard:\n    pods: {version}\n"
            yield File(f"{deploy}/quota.yaml", quota.encode())
        if version >= 3:
            yield File("deploy/network.yaml", b"kind: NetworkPolicy\nspec: {}\n")
        yield File("deploy/old.yaml" if version == 2 else f"{deploy}/extra.yaml", b"kind: Extra\n")
        path = "scripts/run.sh" if version < 5 else "bin/start"
        yield File(path, script(version).encode(), executable=True)
        yield File("logo.bin", b"\0logo" + (b"1" if version < 4 else b"2"))
        yield File("values.yaml", f"size: {version}\n".encode(), Owner.USER)
        yield File(".settings.yaml", f"level: {version}\nignore: []\n".encode(), Owner.SHARED)

    return files


def _prose(version: int) -> Callable[[Any], Iterator[Prose]]:
    template = f"readme-{version if version % 2 else version - 1}"
    return lambda spec: iter([Prose(template, "", {"name": spec.name})])


def _renamed(data: dict[str, Any]) -> dict[str, Any]:
    return {"replicas" if key == "size" else key: value for key, value in data.items()}


MIGRATIONS = (
    Migration(
        to=3,
        why="manifests stand in deploy/, as ArgoCD's examples have it",
        moves=lambda _: (
            [
                Move(f"config/{name}.yaml", f"deploy/{name}.yaml")
                for name in ("app", "service", "quota", "extra")
            ]
            + [Move("deploy/old.yaml", "deploy/extra.yaml")]
        ),
    ),
    Migration(to=4, why="size could be taken for gigabytes", spec=_renamed),
    Migration(
        to=5,
        why="scripts/ was empty but for this",
        moves=lambda _: [Move("scripts/run.sh", "bin/start")],
    ),
)


def version(number: int) -> Blueprint:
    """The blueprint as it was installed at that time."""
    return Blueprint(
        name="five",
        version=number,
        summary="a blueprint to update",
        spec=Old if number < 4 else New,
        folder=FOLDER,
        documents=documents(number),
        prose=_prose(number),
        migrations=tuple(one for one in MIGRATIONS if one.to <= number),
    )
