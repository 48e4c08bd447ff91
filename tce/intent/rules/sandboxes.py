"""Projects and what runs in them: names that meet, who may call whom, and what there is of it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.parts.names import thousandths
from blueprints.parts.refuse import Place, Problem, unknown

if TYPE_CHECKING:
    from tce.intent.spec import Flow, Sandbox, Specification, Workload

_TAKEN = (
    "argocd",
    "cert-manager",
    "default",
    "dex",
    "external-secrets",
    "gpu-operator",
    "ingress",
    "kueue",
    "monitoring",
)
_PREFIXES = ("kube-", "cattle-", "rke2-", "cilium-", "tce-", "system-")


def problems(spec: "Specification") -> Iterator[Problem]:
    """Every project and workload that cannot be."""
    known = {
        f"{sandbox.name}/{one.name}" for sandbox in spec.sandboxes for one in sandbox.workloads
    }
    flows = {flow.name: flow for flow in spec.flows}
    names: set[str] = set()
    hosts = {spec.identity.dex: "Dex"}
    for index, sandbox in enumerate(spec.sandboxes):
        at: Place = ("sandboxes", index)
        if sandbox.name in names:
            yield (*at, "name"), f"there are two sandboxes of the name {sandbox.name}"
        names.add(sandbox.name)
        if sandbox.name in _TAKEN or sandbox.name.startswith(_PREFIXES):
            yield (*at, "name"), f"{sandbox.name} is a namespace of the platform; take another name"
        own: set[str] = set()
        for number, one in enumerate(sandbox.workloads):
            here: Place = (*at, "workloads", number)
            if one.name in own:
                yield (*here, "name"), f"there are two workloads of the name {one.name}"
            own.add(one.name)
            yield from _workload(spec, f"{sandbox.name}/{one.name}", one, here, known, flows)
            if one.host is not None and one.host in hosts:
                yield (*here, "host"), f"{one.host} is that of {hosts[one.host]} already"
            if one.host is not None:
                hosts.setdefault(one.host, f"{sandbox.name}/{one.name}")
        yield from _quota(sandbox, at)


def _workload(
    spec: "Specification",
    name: str,
    one: "Workload",
    at: Place,
    known: set[str],
    flows: "dict[str, Flow]",
) -> Iterator[Problem]:
    if not one.image.startswith(f"{spec.registry}/"):
        yield (
            (*at, "image"),
            f"is not of the institution's mirror ({spec.registry}); no other is pulled from",
        )
    if one.host is not None and not one.host.endswith(f".{spec.domain}"):
        yield (*at, "host"), f"{one.host} is not below {spec.domain} (domain)"
    if one.host is not None and "ingress" not in one.accepts:
        yield (*at, "accepts"), f"is published as {one.host}; add ingress, or leave host out"
    for index, caller in enumerate(one.accepts):
        here = (*at, "accepts", index)
        if caller in one.accepts[:index]:
            yield here, f"{caller} stands here twice"
        elif caller == name:
            yield here, "is the workload itself"
        elif caller != "ingress" and caller not in known:
            yield here, unknown("workload", caller, known)
    for index, reached in enumerate(one.reaches):
        here = (*at, "reaches", index)
        flow = flows.get(reached)
        if flow is None:
            yield here, unknown("flow", reached, flows)
        elif (zone := spec.zones.get(flow.from_.zone)) and zone.kind not in ("tce", "workers"):
            yield here, f"{reached} begins in {flow.from_.zone}, not in the environment"


def _quota(sandbox: "Sandbox", at: Place) -> Iterator[Problem]:
    quota = sandbox.quota
    for key, asked, most in (
        ("cpu", sum(thousandths(one.cpu) for one in sandbox.workloads), quota.cpu),
        ("memory", sum(thousandths(one.memory) for one in sandbox.workloads), quota.memory),
        (
            "storage",
            sum(thousandths(one.storage) for one in sandbox.workloads if one.storage),
            quota.storage,
        ),
    ):
        if asked > thousandths(most):
            yield (*at, "quota", key), f"{most} is less than its workloads ask for together"
    gpus = sum(one.gpus for one in sandbox.workloads)
    if gpus > quota.gpu:
        yield (*at, "quota", "gpu"), f"{quota.gpu} is less than its workloads ask for ({gpus})"
