"""One policy for each workload: exactly who calls it, exactly whom and what it calls."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.parts.manifests import LABEL, Document, yaml_file
from tce.render.kubernetes import places
from tce.render.kubernetes.cilium import namespaced

if TYPE_CHECKING:
    from tce.intent.spec import Sandbox, Specification, Workload

INGRESS = "ingress"
"""What a workload accepts that is published: the way in, Cilium's ingress."""


def files(spec: "Specification") -> Iterator[File]:
    """``k8s/sandboxes/<name>/policies/<workload>.yaml``."""
    for sandbox in spec.sandboxes:
        for one in sandbox.workloads:
            path = f"k8s/sandboxes/{sandbox.name}/policies/{one.name}.yaml"
            yield yaml_file(path, [policy(spec, sandbox, one)])


def policy(spec: "Specification", sandbox: "Sandbox", workload: "Workload") -> Document:
    """Of one workload."""
    own = f"{sandbox.name}/{workload.name}"
    port = places.to_ports("tcp", ((workload.port, workload.port),))
    called: list[Document] = [
        {
            "toEndpoints": [places.endpoints(other.name, places.selector(other.name, one.name))],
            "toPorts": places.to_ports("tcp", ((one.port, one.port),)),
        }
        for other in spec.sandboxes
        for one in other.workloads
        if own in one.accepts
    ]
    outside = [places.rule_to(one) for one in places.outgoing(spec) if one.name in workload.reaches]
    return namespaced(
        workload.name,
        f"{own}: who calls it, whom it calls, which flows it uses.",
        namespace=sandbox.name,
        part_of=sandbox.name,
        component=workload.name,
        labels={f"{LABEL}name": workload.name},
        pods=places.selector(sandbox.name, workload.name),
        ingress=[{**_caller(one), "toPorts": port} for one in workload.accepts],
        egress=[*called, *outside],
    )


def _caller(said: str) -> Document:
    if said == INGRESS:
        return {"fromEntities": [INGRESS]}
    namespace, _, name = said.partition("/")
    return {"fromEndpoints": [places.endpoints(namespace, places.selector(namespace, name))]}
