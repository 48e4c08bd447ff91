"""A program is told an address inside the cluster where nobody listens.

Looks at arguments, variables and settings of pods (also in ConfigMaps that they read) for
addresses of Services: `http://name:port`, `name.namespace.svc`, `PGHOST` with `PGPORT`. The
Service has to be in the repository and have the port.

The program starts, and fails at its first request.

Mend the address, or list the Service under `external` in `.tutela-check.yaml`.
"""

from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.addresses import Address, given_to, service_of
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import mappings
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "service-address"
LEVEL = Level.ERROR
NEEDS_ALL = True


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every address that nobody has."""
    known = cluster.of(repo, settings)
    told = set()
    for workload in known.workloads:
        space = known.namespace(workload.object)
        for address in given_to(known, workload):
            words = _wrong(known, address, space)
            key = (id(address.object), address.path, words)
            if words and key not in told:
                told.add(key)
                yield found(ID, LEVEL, address.object, address.path, f"{address.object} {words}")


def _wrong(known: Cluster, address: Address, namespace: str) -> str:
    place = service_of(known, address, namespace)
    if place is None or known.settings.is_external("services", "/".join(place)):
        return ""
    service = known.get("Service", *place)
    if service is None:
        return f"calls {address.host}, and there is no Service {place[1]} in namespace {place[0]}"
    ports = [port.get("port") for _, port in mappings(service.data, "spec", "ports")]
    if address.port is not None and address.port not in ports:
        return f"calls {address.host} on port {address.port}; the Service has {ports}"
    return ""
