"""A service as flat facts, by which renders are compared: the first that differs is named."""

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from blueprints.service.service import Service

Facts: TypeAlias = Mapping[str, str]
"""``argv.3``, ``env.HF_HOME``, ``mount./models`` .. to a text."""
Where: TypeAlias = Literal["host", "cluster"]
"""Whether mounts are folders of nodes or claims of a cluster."""


def facts(service: Service, where: Where) -> Facts:
    """All that a render has to say of a service. Readers return the same keys and texts.

    A key that a reader leaves out is missing in the render, unless its runtime says that it cannot
    express it.
    """
    return dict(_facts(service, where))


def _facts(service: Service, where: Where) -> Iterator[tuple[str, str]]:
    yield "name", service.name
    yield "image", service.image.reference
    yield "architecture", service.image.architecture
    for number, word in enumerate(service.command):
        yield f"argv.{number}", word
    for name, value in service.environment.items():
        yield f"env.{name}", value
    for name, key in service.secrets.items():
        yield f"secret.{name}", key
    for one in service.mounts:
        claim = f"configMap:{one.claim}" if one.config else one.claim
        source = one.host if where == "host" else claim
        yield f"mount.{one.target}", f"{source} {'ro' if one.read_only else 'rw'}"
    yield "working-folder", service.working_folder
    yield "accelerator", service.accelerator
    yield "devices", str(service.devices)
    yield "shared-memory", str(service.shared_memory)
    yield "processors", str(service.processors)
    yield "memory", str(service.memory)
    yield "port", str(service.port)
    yield "nodes", str(service.nodes)
    yield "gather", service.gather
    if service.nodes > 1:
        yield "gather-seconds", str(service.gather_seconds)
        if service.interface is not None:
            yield "interface", service.interface
    yield "probe.path", service.probe.path
    yield "probe.start-seconds", str(service.probe.start_seconds)
    yield "probe.period-seconds", str(service.probe.period_seconds)
