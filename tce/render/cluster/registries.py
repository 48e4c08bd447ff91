"""Where images come from: the institution's mirror, and nowhere else.

``*`` stands for every registry that has no entry of its own; ``docker.io`` has one because RKE2
itself comes from there before there is a containerd. With RKE2's
``disable-default-registry-endpoint`` containerd does not ask the registry itself where the mirror
has no such image. Source: docs.rke2.io, "Containerd Registry Configuration".
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.emit.yaml import yaml_text
from blueprints.engine.blueprint import File
from tce.render.cluster import paths

if TYPE_CHECKING:
    from tce.intent.spec import Specification

_HEADER = """\
/etc/rancher/rke2/registries.yaml on every node. An image is called as its maker calls it, and comes
from the mirror under its own path."""


def files(spec: "Specification") -> Iterator[File]:
    """``rke2/registries.yaml``."""
    yield File("rke2/registries.yaml", yaml_text([registries(spec)], _HEADER))


def registries(spec: "Specification") -> dict[str, object]:
    """The mirror for all, under its path; by its own name without a second one."""
    host, _, path = spec.registry.partition("/")
    endpoint = [f"https://{host}"]
    everything: dict[str, object] = {"endpoint": endpoint}
    if path:
        everything["rewrite"] = {"^(.*)$": f"{path}/$1"}
    mirrors = {host: {"endpoint": endpoint}, "docker.io": everything, "*": everything}
    found: dict[str, object] = {"mirrors": mirrors}
    if spec.keys.bao.ca:
        found["configs"] = {host: {"tls": {"ca_file": paths.CA}}}
    return found
