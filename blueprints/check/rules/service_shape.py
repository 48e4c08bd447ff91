"""A Service that is reached from where it should not be, or calls its port otherwise than its pods.

Looks at every Service: one that opens a port on nodes or a load balancer in a namespace whose quota
grants none, or beside the Ingress that leads to it; ports whose name is not that of the container's
port that they lead to.

The cluster refuses the first, and until somebody reads the event, nothing answers. Names of ports
are what network policies, routes and monitoring go by.

Make it a ClusterIP, or raise the quota; call the port by one name.
"""

from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.quantity import quantity
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import at, mapping, mappings, text
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "service-shape"
LEVEL = Level.ERROR

_COUNTED = {"LoadBalancer": ("services.loadbalancers", "services.nodeports"), "NodePort": ()}
_NODE_PORTS = "services.nodeports"


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every Service that is not as its namespace and its pods have it."""
    known = cluster.of(repo, settings)
    for service in known.of_kind("Service"):
        yield from _type(known, service)
        for index, port in mappings(service.data, "spec", "ports"):
            name, target = text(port, "name"), port.get("targetPort")
            if isinstance(target, str) and name and name != target:
                message = f"{service} calls {name} what its pods call {target}"
                yield found(ID, LEVEL, service, ("spec", "ports", index, "name"), message)


def _type(known: Cluster, service: Object) -> Iterator[Finding]:
    kind = text(service.data, "spec", "type")
    if kind not in _COUNTED:
        return
    for quota in known.within(known.namespace(service), "ResourceQuota"):
        hard = mapping(quota.data, "spec", "hard")
        for resource in _COUNTED[kind] or (_NODE_PORTS,):
            if resource in hard and not quantity(hard[resource]):
                message = f"{service} is a {kind}; {quota} grants no {resource}"
                yield found(ID, LEVEL, service, ("spec", "type"), message)
                break
    for ingress in known.within(known.namespace(service), "Ingress"):
        if any(
            text(path, "backend", "service", "name") == service.name
            for _, rule in mappings(ingress.data, "spec", "rules")
            for _, path in mappings(rule, "http", "paths")
        ):
            message = f"{service} is a {kind} beside {ingress}: a second way in, without its rules"
            yield found(ID, LEVEL, service, ("spec", "type"), message)
    if at(service.data, "spec", "clusterIP") == "None":
        message = f"{service} has no address of its own and is a {kind} all the same"
        yield found(ID, LEVEL, service, ("spec", "type"), message)
