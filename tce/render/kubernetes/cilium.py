"""Cilium's policies as documents: what they select, and that all else is denied."""

from collections.abc import Mapping, Sequence

from blueprints.parts.manifests import Document, manifest

_API = "cilium.io/v2"
# Selecting alone would deny; said in full, nobody has to know Cilium's defaults (1.16 and later).
_DENY = {"enableDefaultDeny": {"ingress": True, "egress": True}}


def clusterwide(
    name: str,
    why: str,
    *,
    pods: Mapping[str, object] | None = None,
    nodes: Mapping[str, object] | None = None,
    ingress: Sequence[Document] = (),
    egress: Sequence[Document] = (),
) -> Document:
    """For pods of every namespace, or for nodes; an empty selector is all of them."""
    chosen = (
        {"nodeSelector": dict(nodes)} if nodes is not None else {"endpointSelector": pods or {}}
    )
    return manifest(
        _API,
        "CiliumClusterwideNetworkPolicy",
        name,
        part_of="platform",
        component="policy",
        spec={"description": why, **_DENY, **chosen, **_rules(ingress, egress)},
    )


def namespaced(
    name: str,
    why: str,
    *,
    namespace: str,
    part_of: str,
    labels: Mapping[str, str] | None = None,
    component: str = "policy",
    pods: Mapping[str, str] | None = None,
    ingress: Sequence[Document] = (),
    egress: Sequence[Document] = (),
) -> Document:
    """For pods of a namespace, all or those with these labels."""
    chosen: Document = {"matchLabels": dict(pods)} if pods else {}
    return manifest(
        _API,
        "CiliumNetworkPolicy",
        name,
        namespace=namespace,
        part_of=part_of,
        component=component,
        more_labels=labels,
        spec={
            "description": why,
            **_DENY,
            "endpointSelector": chosen,
            **_rules(ingress, egress),
        },
    )


def _rules(ingress: Sequence[Document], egress: Sequence[Document]) -> Document:
    """An empty rule selects nobody, but puts what is selected under enforcement."""
    return {"ingress": _once(ingress) or [{}], "egress": _once(egress) or [{}]}


def _once(rules: Sequence[Document]) -> list[Document]:
    """Two flows may come to the same rule."""
    return list({repr(one): one for one in rules}.values())
