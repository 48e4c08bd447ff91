"""Parts of pods as every writer for Kubernetes needs them.

The kubelet replaces ``$(NAME)`` in words and values: a dollar that is meant is written twice.
"""

from collections.abc import Mapping

from blueprints.parts.manifests import Document, manifest
from blueprints.parts.secrets import external_secret_of
from blueprints.service.service import Service
from blueprints.service.site import Kubernetes, Site

COMPONENT = "engine"
"""Of every object that belongs to a service, as its label ``app.kubernetes.io/component``."""
ASKS = "tutela/asks"
"""Label of pods in a service's namespace that ask it; its value is the service's name."""


def escaped(text: str) -> str:
    """A text that the kubelet turns into the given one, whatever variables there are."""
    return text.replace("$", "$$")


def words(service: Service) -> list[str]:
    """The command, for a container's ``command``."""
    return [escaped(word) for word in service.command]


def variables(service: Service) -> list[Document]:
    """What is set to a text, for a container's ``env``."""
    return [{"name": name, "value": escaped(text)} for name, text in service.environment.items()]


def secret_variables(service: Service, secret: str) -> list[Document]:
    """What is read of a Secret, for a container's ``env``; the key in it is the variable's name."""
    return [
        {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": name}}}
        for name in service.secrets
    ]


def external_secret(service: Service, site: Site, name: str) -> Document:
    """What fills the Secret of that name from the site's secret store.

    The property below a variable's key is its name in small letters: ``vllm_api_key``.
    """
    where = cluster(site)
    return external_secret_of(
        name,
        namespace=where.namespace,
        part_of=service.name,
        component=COMPONENT,
        store={"kind": "ClusterSecretStore", "name": where.secret_store},
        entries=[(name, key, name.lower()) for name, key in service.secrets.items()],
    )


def cluster(site: Site) -> Kubernetes:
    """The site's cluster; raises ValueError for a site without, to which nothing is rendered."""
    if site.kubernetes is None:
        raise ValueError(f"{site.name} has no cluster")
    return site.kubernetes


def tolerations(site: Site) -> list[Document]:
    """What lets a pod onto nodes that are kept for such work."""
    where = cluster(site)
    if where.taint is None:
        return []
    if where.taint_value is None:
        return [{"key": where.taint, "operator": "Exists"}]
    return [{"key": where.taint, "operator": "Equal", "value": where.taint_value}]


def node_labels(service: Service, site: Site) -> dict[str, str]:
    """Labels of the nodes that a pod may run on: the site's, and the processor's of the image."""
    return {"kubernetes.io/arch": service.image.architecture, **cluster(site).selector}


def steady(service: Service) -> Document:
    """Readiness: whether the server answers, asked for as long as the pod lives."""
    return {
        "httpGet": {"path": service.probe.path, "port": service.port},
        "periodSeconds": service.probe.period_seconds,
        "initialDelaySeconds": 0,
        # An engine that is busy answers late; a second, as it is by default, would end it.
        "timeoutSeconds": min(5, service.probe.period_seconds),
        "failureThreshold": 3,
    }


def starting(service: Service) -> Document:
    """A probe that gives up exactly ``start_seconds`` after the start."""
    period = min(service.probe.period_seconds, service.probe.start_seconds)
    tries, rest = divmod(service.probe.start_seconds, period)
    return {
        **steady(service),
        "periodSeconds": period,
        "initialDelaySeconds": rest,
        "failureThreshold": tries,
    }


def network_policy(service: Service, site: Site, labels: Mapping[str, str]) -> Document:
    """Who reaches the service's pods: its port from pods of the namespace that say that they ask
    it (label :data:`ASKS`), and from the site's clients.

    Nodes of one service reach each other on every port: Ray and the engine's own rendezvous take
    commands from whoever reaches them, on ports of their choosing.
    """
    where = cluster(site)
    peers: list[Document] = [{"podSelector": {"matchLabels": {ASKS: service.name}}}]
    for name in where.clients:
        space = {"matchLabels": {"kubernetes.io/metadata.name": name}}
        peers.append({"namespaceSelector": space})
    rules: list[Document] = [{"from": peers, "ports": [{"protocol": "TCP", "port": service.port}]}]
    if service.nodes > 1:
        rules.append({"from": [{"podSelector": {"matchLabels": dict(labels)}}]})
    return manifest(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        f"{service.name}-engine",
        namespace=where.namespace,
        part_of=service.name,
        component=COMPONENT,
        spec={
            "podSelector": {"matchLabels": dict(labels)},
            "policyTypes": ["Ingress"],
            "ingress": rules,
        },
    )
