"""Policies of the platform's own namespaces: what each of their programs needs, and no more.

``kube-system``: name servers ask the institution's (flows of port 53) and the API; metrics ask
kubelets; RKE2's other controllers ask the API only. ``argocd``, ``cert-manager``,
``external-secrets``, ``dex``: the API and the one place of the institution each works with; Argo
CD's programs also its own redis and server of repositories. Sources: the charts' own ports
(webhooks of cert-manager and external-secrets 10250, Argo CD's server 8080, redis 6379, server of
repositories 8081, Dex 5556; longhorn.io/docs, "Longhorn Networking").
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.kinds.cluster.openings.zones import host_and_port
from blueprints.kinds.sandbox.documents import dex_server
from blueprints.parts.manifests import Document, yaml_file
from tce.render.kubernetes import places
from tce.render.kubernetes.cilium import namespaced
from tce.render.storage import ceph, longhorn

if TYPE_CHECKING:
    from tce.intent.spec import Specification

_API = {"toEntities": ["kube-apiserver"], "toPorts": places.to_ports("tcp", ((6443, 6443),))}
_FROM_API = ["kube-apiserver"]
_WEBHOOK = ((10250, 10250),)
_WEBHOOKS = ((9443, 9443), (9501, 9502), (10250, 10250))
_LONGHORN = ((2049, 2049), (8000, 8002), (8500, 8504), (9500, 9503), (9600, 9600), (10000, 31000))
_LONGHORN_OF_NODES = ((2049, 2049), (3260, 3260))
"""Shared volumes (NFS) and others (iSCSI), as nodes mount them."""
ARGOCD_PORT = 8080
_ARGOCD_PARTS = ((6379, 6379), (8081, 8081))
"""Redis and the server of repositories."""
SERVER = {"app.kubernetes.io/name": "argocd-server"}
"""Labels of Argo CD's own page and API, as its chart has them."""


def files(spec: "Specification") -> Iterator[File]:
    """``k8s/policy/platform.yaml``."""
    yield yaml_file("k8s/policy/platform.yaml", list(policies(spec)))


def policies(spec: "Specification") -> Iterator[Document]:
    """All of them, namespace by namespace."""
    yield from _system(spec)
    yield from _drivers(spec)
    keys = _institution(spec, spec.keys.bao.server)
    for name, why in (
        (places.CERTIFICATES, "Certificates are signed by OpenBao; the API asks the webhook."),
        (places.SECRETS, "Secrets come from OpenBao; the API asks the webhook."),
    ):
        webhook = {"fromEntities": _FROM_API, "toPorts": places.to_ports("tcp", _WEBHOOK)}
        yield _space(name, why, ingress=[webhook], egress=[_API, *keys])
    web = places.to_ports("tcp", ((ARGOCD_PORT, ARGOCD_PORT),))
    own, parts = places.endpoints(places.ARGOCD), places.to_ports("tcp", _ARGOCD_PARTS)
    https = places.to_ports("tcp", ((443, 443),))
    yield _space(
        places.ARGOCD,
        "Git is read, the API asked, people come by the way in, and log in at Dex by it.",
        ingress=[
            {"fromEntities": ["ingress"], "toPorts": web},
            {"fromEndpoints": [own], "toPorts": parts},
        ],
        egress=[
            _API,
            {"toEndpoints": [own], "toPorts": parts},
            {"toEntities": ["ingress"], "toPorts": https},
            *_institution(spec, spec.git.repository),
        ],
    )
    login = places.to_ports("tcp", ((dex_server.PORT, dex_server.PORT),))
    yield _space(
        places.DEX,
        "People come by the way in; Keycloak knows them.",
        ingress=[{"fromEntities": ["ingress"], "toPorts": login}],
        egress=[_API, *_institution(spec, spec.identity.keycloak)],
    )


def _drivers(spec: "Specification") -> Iterator[Document]:
    """Of volumes, devices and whatever else comes as a chart: the API, and what each is for."""
    own = places.endpoints(longhorn.NAMESPACE)
    for name in places.platform(spec):
        ask: list[Document] = [
            {"fromEntities": _FROM_API, "toPorts": places.to_ports("tcp", _WEBHOOKS)}
        ]
        if name in (places.ARGOCD, places.CERTIFICATES, places.DEX, places.SECRETS):
            continue
        if name == longhorn.NAMESPACE:
            parts = places.to_ports("tcp", _LONGHORN)
            nodes = places.to_ports("tcp", _LONGHORN_OF_NODES)
            ask.append({"fromEndpoints": [own], "toPorts": parts})
            ask.append({"fromEntities": ["host", "remote-node"], "toPorts": nodes})
            yield _space(
                name,
                "Managers, engines and replicas of volumes among each other; nodes mount them.",
                ingress=ask,
                egress=[_API, {"toEndpoints": [own], "toPorts": parts}],
            )
        elif name == ceph.NAMESPACE and spec.ceph is not None:
            keys = _institution(spec, spec.keys.bao.server)
            stored = [places.rule_to(one) for one in places.towards(spec, spec.ceph.cidr)]
            yield _space(
                name,
                "Volumes are made on Ceph, their keys are OpenBao's.",
                ingress=ask,
                egress=[_API, *keys, *stored],
            )
        else:
            yield _space(name, "The API, and its webhooks.", ingress=ask, egress=[_API])


def _system(spec: "Specification") -> Iterator[Document]:
    names = [places.rule_to(one, 53) for one in places.outgoing(spec) if _names(one.ports)]
    ask = [{"ports": [{"port": "53", "protocol": one} for one in ("UDP", "TCP")]}]
    yield namespaced(
        "name-servers",
        "Names: asked by every pod and node, forwarded to the institution's.",
        namespace=places.SYSTEM,
        part_of=places.PART,
        pods=places.DNS,
        ingress=[
            {"fromEndpoints": [places.EVERY_POD], "toPorts": ask},
            {"fromEntities": ["host", "remote-node"], "toPorts": ask},
        ],
        egress=[_API, *names],
    )
    yield namespaced(
        "metrics-server",
        "The API asks it, and it asks kubelets.",
        namespace=places.SYSTEM,
        part_of=places.PART,
        pods={"app.kubernetes.io/name": "rke2-metrics-server"},
        ingress=[{"fromEntities": _FROM_API, "toPorts": places.to_ports("tcp", _WEBHOOK)}],
        egress=[
            {"toEntities": ["host", "remote-node"], "toPorts": places.to_ports("tcp", _WEBHOOK)}
        ],
    )
    yield namespaced(
        "controllers",
        "RKE2's controllers, name servers and metrics ask the API.",
        namespace=places.SYSTEM,
        part_of=places.PART,
        egress=[_API],
    )


def _names(ports: Sequence[tuple[int, int]]) -> bool:
    return any(first <= 53 <= last for first, last in ports)


def _institution(spec: "Specification", url: str) -> list[Document]:
    """Where flows to the institution meet a server: by its port, as no address is said of it."""
    _, port = host_and_port(url)
    return [places.rule_to(one, port) for one in places.at_institution(spec, port)]


def _space(
    name: str, why: str, *, ingress: Sequence[Document], egress: Sequence[Document]
) -> Document:
    """Of a whole namespace."""
    return namespaced(
        f"tce-{name}", why, namespace=name, part_of=places.PART, ingress=ingress, egress=egress
    )
