"""Names of container images, and where a repository names one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from blueprints.check.documents import Object, Path, Yaml, items, text, walk
from blueprints.check.repository import Repository
from blueprints.check.workloads import containers, pods

_KEYS = {"image", "imageName", "engineImage", "baseImage"}
_EXAMPLE = re.compile(r"0{48}[0-9a-f]{16}|([0-9a-f]{1,8})\1{7,}")


@dataclass(frozen=True)
class Reference:
    """An image reference taken apart: ``registry/path:tag@digest``."""

    registry: str
    """``docker.io`` where none is written."""
    path: str
    tag: str
    digest: str
    """With its algorithm; "" where there is none."""

    @property
    def name(self) -> str:
        """Registry and path."""
        return f"{self.registry}/{self.path}"

    @property
    def pinned(self) -> bool:
        """Whether the digest is there and is one."""
        return bool(re.fullmatch(r"sha256:[0-9a-f]{64}", self.digest))

    @property
    def example(self) -> bool:
        """Whether the digest is made up: nearly all zeros, or a few characters again and again."""
        return self.pinned and bool(_EXAMPLE.fullmatch(self.digest.removeprefix("sha256:")))


@dataclass(frozen=True)
class Use:
    """An image and where it is named."""

    image: str
    document: Yaml
    path: Path
    who: str
    """For people: ``Deployment x/y: container z``."""

    @property
    def line(self) -> int:
        """Where the image stands."""
        return self.document.line_of(*self.path)


def read(image: str) -> Reference:
    """Take a reference apart; never fails."""
    rest, _, digest = image.partition("@")
    head, slash, tail = rest.partition("/")
    if slash and ("." in head or ":" in head or head == "localhost"):
        registry, path = head, tail
    else:
        registry, path = "docker.io", rest if slash else f"library/{rest}"
    path, _, tag = path.partition(":")
    return Reference(registry, path, tag, digest)


def uses(repo: Repository) -> Iterator[Use]:
    """Every image that an object runs or that a Kustomization puts in place of another."""
    for obj in repo.objects:
        if obj.kind in ("Kustomization", "Component"):
            yield from _kustomize(obj)
            continue
        known = set()
        for _, where, spec in pods(obj):
            for inner, container in containers(spec):
                path = (*where, *inner, "image")
                known.add(path)
                image = container.get("image")
                if isinstance(image, str) and image:
                    yield Use(image, obj, path, f"{obj}: container {text(container, 'name')}")
            for number, volume in enumerate(items(spec, "volumes")):
                image = text(volume, "image", "reference")
                if image:
                    path = (*where, "volumes", number, "image", "reference")
                    yield Use(image, obj, path, f"{obj}: volume {text(volume, 'name')}")
        if "." in obj.group and not obj.group.endswith(".k8s.io"):
            yield from _elsewhere(obj, known)


def _kustomize(obj: Object) -> Iterator[Use]:
    for number, one in enumerate(items(obj.data, "images")):
        name = text(one, "newName") or text(one, "name")
        tag, digest = text(one, "newTag"), text(one, "digest")
        if digest or tag or text(one, "newName"):
            image = name + (f"@{digest}" if digest else f":{tag}" if tag else "")
            yield Use(image, obj, ("images", number), f"Kustomization: image {text(one, 'name')}")


def _elsewhere(obj: Object, known: set[Path]) -> Iterator[Use]:
    """Fields of custom resources that name images: ``spec.image``, ``spec.imageName``, ..."""
    for path, value in walk(obj.spec, ("spec",)):
        if path[-1] in _KEYS and isinstance(value, str) and "/" in value and path not in known:
            yield Use(value, obj, path, f"{obj}: {'.'.join(map(str, path))}")
