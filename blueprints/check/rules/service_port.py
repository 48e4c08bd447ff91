"""A port that leads to no port.

Looks at the ports of Services (to the containers that they select), at named ports in probes, and
at what Ingresses and routes send to (Service and port). Applies Kubernetes' defaults first: the
target port is the port, the protocol TCP. A port with a name is sent to by its name, so that the
number stands in one place.

Such a Service takes connections and refuses them all; such a probe kills the container for ever.

Mend the number or name on one side.
"""

from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import Path, at, mapping, mappings, number, text
from blueprints.check.cluster.workload import Container, Workload
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.rules.selector import selected
from blueprints.check.settings import Settings

ID = "service-port"
LEVEL = Level.ERROR
NEEDS_ALL = True

_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Ports without another side."""
    known = cluster.of(repo, settings)
    for item in known.of_kind("Service"):
        yield from _service(known, item)
    for workload in known.workloads:
        for container in workload.containers:
            yield from _container(workload, container)
        yield from _twice(workload)
    for item in known.of_kind("Ingress"):
        yield from _ingress(known, item)
    for item in known.of_kind("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute"):
        yield from _route(known, item)


def _service(known: Cluster, item: Object) -> Iterator[Finding]:
    selector = mapping(item.data, "spec", "selector")
    if not selector:
        return
    behind = selected(known, known.namespace(item), selector)
    ports = [*mappings(item.data, "spec", "ports")]
    names = [text(port, "name") for _, port in ports]
    if len(ports) > 1 and ("" in names or len(set(names)) < len(names)):
        yield found(
            ID, LEVEL, item, ("spec", "ports"), f"{item} needs a name of its own for each port"
        )
    for index, port in ports:
        wanted = port.get("targetPort", port.get("port"))
        protocol = text(port, "protocol") or "TCP"
        name = _name_of(behind, wanted) if isinstance(wanted, int) else ""
        if name:
            where = ("spec", "ports", index, "targetPort")
            message = f"{item} sends to port {wanted}, which its pods call {name}"
            yield found(ID, Level.WARNING, item, where, message, f"write targetPort: {name}")
        if behind and not any(has_port(workload, wanted, protocol) for workload in behind):
            message = (
                f"{item} sends to port {wanted}/{protocol}, which no "
                f"container of {behind[0].object} has"
            )
            yield found(ID, LEVEL, item, ("spec", "ports", index), message)


def _name_of(pods: list[Workload], wanted: int) -> str:
    """The name that pods give to a port; empty where they give none."""
    return next(
        (
            text(port, "name")
            for workload in pods
            for container in workload.containers
            for _, port in mappings(container.data, "ports")
            if port.get("containerPort") == wanted
        ),
        "",
    )


def has_port(workload: Workload, wanted: object, protocol: str = "TCP") -> bool:
    """Whether a container of the pod has a port of this name or number."""
    return any(
        wanted in (port.get("name"), port.get("containerPort"))
        and (text(port, "protocol") or "TCP") == protocol
        for container in workload.containers
        for _, port in mappings(container.data, "ports")
    )


def _container(workload: Workload, container: Container) -> Iterator[Finding]:
    ports = [port for _, port in mappings(container.data, "ports")]
    known = [port.get(key) for port in ports for key in ("name", "containerPort")]
    for probe in _PROBES:
        for kind in ("httpGet", "tcpSocket", "grpc"):
            wanted = at(container.data, probe, kind, "port")
            if wanted is not None and wanted not in known:
                where = (*container.path, probe, kind, "port")
                message = (
                    f"{workload.object}: {probe} asks port {wanted}, which "
                    f"container {container.name} does not have"
                )
                yield found(ID, LEVEL, workload.object, where, message)


def _twice(workload: Workload) -> Iterator[Finding]:
    names: set[str] = set()
    numbers: set[tuple[object, str]] = set()
    for container in workload.containers:
        for index, port in mappings(container.data, "ports"):
            where: Path = (*container.path, "ports", index)
            name, key = (
                text(port, "name"),
                (port.get("containerPort"), text(port, "protocol") or "TCP"),
            )
            if name and name in names:
                yield found(
                    ID,
                    LEVEL,
                    workload.object,
                    where,
                    f"{workload.object} has two ports of the name {name}",
                )
            if key in numbers:
                yield found(
                    ID, LEVEL, workload.object, where, f"{workload.object} has port {key[0]} twice"
                )
            names.add(name)
            numbers.add(key)


def _backend(
    known: Cluster, item: Object, where: Path, namespace: str, name: str, port: object
) -> Iterator[Finding]:
    if known.settings.is_external("services", f"{namespace}/{name}"):
        return
    service = known.get("Service", namespace, name)
    if service is None:
        yield found(
            ID,
            LEVEL,
            item,
            where,
            f"{item} sends to Service {name}, which is not in namespace {namespace}",
        )
    elif not any(
        port in (entry.get("name"), entry.get("port"))
        for _, entry in mappings(service.data, "spec", "ports")
    ):
        yield found(
            ID,
            LEVEL,
            item,
            where,
            f"{item} sends to port {port} of Service {name}, which has no such port",
        )


def _ingress(known: Cluster, item: Object) -> Iterator[Finding]:
    places: list[tuple[Path, object]] = [
        (("spec", "defaultBackend"), at(item.data, "spec", "defaultBackend"))
    ]
    hosts: set[str] = set()
    for index, rule in mappings(item.data, "spec", "rules"):
        hosts.add(text(rule, "host"))
        for place, path in mappings(rule, "http", "paths"):
            where: Path = ("spec", "rules", index, "http", "paths", place, "backend")
            places.append((where, at(path, "backend")))
    for where, backend in places:
        service = mapping(backend, "service")
        if service:
            port = at(service, "port", "number") or at(service, "port", "name")
            yield from _backend(
                known, item, where, known.namespace(item), text(service, "name"), port
            )
    covered = {
        host
        for _, entry in mappings(item.data, "spec", "tls")
        for host in entry.get("hosts") or ()
        if isinstance(host, str)
    }
    for host in sorted(covered ^ hosts):
        message = f"{item}: host {host or '(any)'} is either without TLS or without a rule"
        yield found(ID, LEVEL, item, ("spec", "tls"), message)


def _route(known: Cluster, item: Object) -> Iterator[Finding]:
    for index, rule in mappings(item.data, "spec", "rules"):
        for place, backend in mappings(rule, "backendRefs"):
            if text(backend, "kind") in ("", "Service"):
                where: Path = ("spec", "rules", index, "backendRefs", place)
                space = text(backend, "namespace") or known.namespace(item)
                port = number(backend, "port")
                yield from _backend(known, item, where, space, text(backend, "name"), port)
