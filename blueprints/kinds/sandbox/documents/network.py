"""What crosses a project's border: nothing but DNS, its buckets and what is declared.

Policies add up. Those of stacks are made by the stacks and lie beside these, on the platform's
side: whoever may write one policy may open anything.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from blueprints.engine.blueprint import File
from blueprints.kinds.sandbox import profiles
from blueprints.kinds.sandbox.stacks import KINDS
from blueprints.parts.manifests import Document, manifest, yaml_file

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Egress, Ingress, Project, Site

_DNS_PORTS = [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]
_BOTH = ["Ingress", "Egress"]
_NAMESPACE = "kubernetes.io/metadata.name"


def files(site: "Site", project: "Project") -> Iterator[File]:
    """The policies of ``projects/<project>/tenancy/``."""
    folder = f"projects/{project.name}/tenancy"
    yield yaml_file(f"{folder}/network.yaml", list(policies(site, project)))
    named = list(by_name(site, project))
    if named:
        yield yaml_file(f"{folder}/cilium.yaml", named)
    for stack in project.stacks:
        documents = list(KINDS[stack.kind].network(project, stack, site))
        if documents:
            yield yaml_file(f"{folder}/network-{stack.name}.yaml", documents)


def shut(site: "Site", project: "Project") -> dict[str, str]:
    """What was declared by name where the network knows none, and has no addresses: stays shut,
    and says so, as annotations. Giving the exception its ``cidr`` opens it.
    """
    said: dict[str, str] = {}
    for out in project.network.egress:
        if out.cidr is None and out.fqdn is not None and not profiles.by_name(site, out):
            said[f"tutela/shut-{out.name}"] = out.fqdn
            said[f"tutela/shut-{out.name}-why"] = out.why
    return said


def policies(site: "Site", project: "Project") -> Iterator[Document]:
    """NetworkPolicies: deny all, DNS, and the exceptions that are said in addresses."""
    yield manifest(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        "default-deny",
        namespace=project.name,
        part_of=project.name,
        component="network",
        annotations=shut(site, project),
        spec={"podSelector": {}, "policyTypes": _BOTH},
    )
    to_dns = {
        "to": [
            {
                "namespaceSelector": {"matchLabels": {_NAMESPACE: "kube-system"}},
                "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
            }
        ],
        "ports": _DNS_PORTS,
    }
    yield _policy(
        project,
        "allow-dns",
        {"podSelector": {}, "policyTypes": ["Egress"], "egress": [to_dns]},
    )
    if project.network.within:
        yield _policy(
            project,
            "allow-within",
            {
                "podSelector": {},
                "policyTypes": _BOTH,
                "ingress": [{"from": [{"podSelector": {}}]}],
                "egress": [{"to": [{"podSelector": {}}]}],
            },
        )
    cidrs = site.storage.object.cidrs
    if project.data.s3 and cidrs:
        yield _policy(
            project,
            "allow-object-storage",
            {
                "podSelector": {},
                "policyTypes": ["Egress"],
                "egress": [
                    {
                        "to": [{"ipBlock": {"cidr": cidr}} for cidr in cidrs],
                        "ports": [{"protocol": "TCP", "port": object_port(site)}],
                    }
                ],
            },
        )
    for out in project.network.egress:
        if out.cidr is not None and not profiles.by_name(site, out):
            yield _egress(project, out)
    for into in project.network.ingress:
        yield _ingress(project, into)


def _said(why: str, otherwise: str | None = None) -> dict[str, str]:
    """Why an exception is there, and how else it was described."""
    said = {"tutela/why": why} if why else {}
    return said if otherwise is None else {**said, "tutela/otherwise": otherwise}


def _policy(
    project: "Project",
    name: str,
    spec: Mapping[str, object],
    why: str = "",
    otherwise: str | None = None,
) -> Document:
    return manifest(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        name,
        namespace=project.name,
        part_of=project.name,
        component="network",
        annotations=_said(why, otherwise),
        spec=dict(spec),
    )


def _egress(project: "Project", out: "Egress") -> Document:
    rule = {
        "to": [{"ipBlock": {"cidr": out.cidr}}],
        "ports": [{"protocol": out.protocol, "port": port} for port in out.ports],
    }
    return _policy(
        project,
        f"egress-{out.name}",
        {"podSelector": {}, "policyTypes": ["Egress"], "egress": [rule]},
        out.why,
        out.fqdn,
    )


def _ingress(project: "Project", into: "Ingress") -> Document:
    rule = {
        "from": [{"namespaceSelector": {"matchLabels": {_NAMESPACE: into.namespace}}}],
        "ports": [{"protocol": "TCP", "port": port} for port in into.ports],
    }
    return _policy(
        project,
        f"ingress-{into.name}",
        {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [rule]},
        into.why,
    )


def by_name(site: "Site", project: "Project") -> Iterator[Document]:
    """CiliumNetworkPolicies: exceptions that are said in domain names.

    Cilium learns the addresses behind a name from the answers it sees, hence the rule for DNS.
    """
    named = [
        (f"egress-{out.name}", out.fqdn, out.ports, out.protocol, _said(out.why, out.cidr))
        for out in project.network.egress
        if out.fqdn is not None and profiles.by_name(site, out)
    ]
    if project.data.s3 and not site.storage.object.cidrs:
        host = urlsplit(site.storage.object.endpoint).hostname or ""
        named.append(("allow-object-storage", host, [object_port(site)], "TCP", {}))
    if not named:
        return
    yield _cilium(
        project,
        "dns-names",
        {
            "toEndpoints": [
                {
                    "matchLabels": {
                        "k8s:io.kubernetes.pod.namespace": "kube-system",
                        "k8s:k8s-app": "kube-dns",
                    }
                }
            ],
            "toPorts": [
                {
                    "ports": [{"port": "53", "protocol": "ANY"}],
                    "rules": {"dns": [{"matchPattern": "*"}]},
                }
            ],
        },
    )
    for name, domain, ports, protocol, said in named:
        kind = "matchPattern" if domain.startswith("*.") else "matchName"
        rule = {
            "toFQDNs": [{kind: domain}],
            "toPorts": [{"ports": [{"port": str(port), "protocol": protocol} for port in ports]}],
        }
        yield _cilium(project, name, rule, said)


def _cilium(
    project: "Project",
    name: str,
    egress: Mapping[str, object],
    annotations: Mapping[str, str] | None = None,
) -> Document:
    return manifest(
        "cilium.io/v2",
        "CiliumNetworkPolicy",
        name,
        namespace=project.name,
        part_of=project.name,
        component="network",
        annotations=annotations,
        spec={"endpointSelector": {}, "egress": [dict(egress)]},
    )


def object_port(site: "Site") -> int:
    """The port of the site's S3 endpoint."""
    return urlsplit(site.storage.object.endpoint).port or 443
