"""How the outside reaches a service in a cluster: an Ingress, or a route of the Gateway API.

Each model has a host of its own below the site's, so that nothing is rewritten: clients ask
``https://MODEL.HOST/v1``, and reach nothing else of the engine. The certificate has to hold for
``*.HOST``.
"""

from collections.abc import Iterator
from typing import Final

from blueprints.parts.manifests import Document, manifest
from blueprints.runtimes.writing.pods import COMPONENT, cluster
from blueprints.service.service import Service
from blueprints.service.site import Kubernetes, Site

PATH: Final = "/v1"
SECONDS: Final = 3600
"""Until an answer that is being written has to end."""
MOST: Final = "64m"
"""Of a request: images are sent in it."""


def host(service: Service, site: Site) -> str | None:
    """Under which clients reach it; None where the site has no way in."""
    where = cluster(site)
    if where.ingress == "none" or where.host is None:
        return None
    return f"{service.name}.{where.host}"


def routes(service: Service, site: Site, backend: str) -> Iterator[Document]:
    """What leads to the Service ``backend``, at the service's own port; nothing without a host."""
    name = host(service, site)
    if name is None:
        return
    where = cluster(site)
    if where.ingress == "gateway":
        yield _http_route(service, site, name, backend)
        return
    path = {
        "path": PATH,
        "pathType": "Prefix",
        "backend": {"service": {"name": backend, "port": {"number": service.port}}},
    }
    yield manifest(
        "networking.k8s.io/v1",
        "Ingress",
        f"{service.name}-engine",
        namespace=where.namespace,
        part_of=service.name,
        component=COMPONENT,
        annotations=_annotations(openshift=where.openshift),
        spec={
            "tls": [_tls(where, name)],
            "rules": [{"host": name, "http": {"paths": [path]}}],
        },
    )


def _tls(where: Kubernetes, name: str) -> Document:
    """By the site's certificate, or by the ingress controller's own: never none, which would be
    plain HTTP. OpenShift takes its own where an entry says nothing at all."""
    if where.tls_secret:
        return {"hosts": [name], "secretName": where.tls_secret}
    return {} if where.openshift else {"hosts": [name]}


def _gateway(where: Kubernetes) -> Document:
    name = {"name": where.gateway or "gateway"}
    return {**name, "namespace": where.gateway_namespace} if where.gateway_namespace else {**name}


def _annotations(*, openshift: bool) -> dict[str, str]:
    """Tokens are passed on one by one, for as long as an answer takes."""
    if openshift:
        return {
            "haproxy.router.openshift.io/timeout": f"{SECONDS}s",
            "route.openshift.io/termination": "edge",
        }
    return {
        "nginx.ingress.kubernetes.io/proxy-body-size": MOST,
        "nginx.ingress.kubernetes.io/proxy-buffering": "off",
        "nginx.ingress.kubernetes.io/proxy-read-timeout": str(SECONDS),
        "nginx.ingress.kubernetes.io/proxy-send-timeout": str(SECONDS),
        "nginx.ingress.kubernetes.io/ssl-redirect": "true",
    }


def _http_route(service: Service, site: Site, name: str, backend: str) -> Document:
    where = cluster(site)
    return manifest(
        "gateway.networking.k8s.io/v1",
        "HTTPRoute",
        f"{service.name}-engine",
        namespace=where.namespace,
        part_of=service.name,
        component=COMPONENT,
        spec={
            # TLS ends at the gateway, whose listener holds the certificate.
            "parentRefs": [_gateway(where)],
            "hostnames": [name],
            "rules": [
                {
                    "matches": [{"path": {"type": "PathPrefix", "value": PATH}}],
                    "backendRefs": [{"name": backend, "port": service.port}],
                    "timeouts": {"request": f"{SECONDS}s"},
                }
            ],
        },
    )
