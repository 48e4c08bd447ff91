"""Widening a permission: what more than it should allows whoever changed it.

Each entry says where in a document, by the end of the path, and what the value becomes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.blueprints.mutation.trees import Place, spelled

Wider = Callable[[Any], Any]
"""From a value to a wider one; `NotImplemented` where it cannot be any wider."""


def _plus(*items: Any) -> Wider:
    def wider(value: Any) -> Any:
        more = [item for item in items if item not in value] if isinstance(value, list) else []
        return [*value, *more] if more else NotImplemented

    return wider


def _to(wide: Any) -> Wider:
    return lambda value: NotImplemented if value == wide else wide


def _text(wide: str) -> Wider:
    return lambda value: wide if isinstance(value, str) and value != wide else NotImplemented


def _not(value: Any) -> Any:
    return not value if isinstance(value, bool) else NotImplemented


def _hundredfold(value: Any) -> Any:
    matched = re.match(r"(\d+)(.*)\Z", str(value)) if not isinstance(value, bool) else None
    if matched is None or int(matched[1]) == 0:
        return 100 if str(value) == "0" else NotImplemented
    wide = f"{int(matched[1]) * 100}{matched[2]}"
    return wide if isinstance(value, str) else int(wide)


def _emptied(value: Any) -> Any:
    return type(value)() if isinstance(value, list | dict) and value else NotImplemented


def _only_ingress(value: Any) -> Any:
    return ["Ingress"] if isinstance(value, list) and "Egress" in value else NotImplemented


def _allowed(value: Any) -> Any:
    """A line of Argo CD's or Dex's CSV policy that allows everything."""
    return (
        f"{value.rstrip()}\np, role:authenticated, *, *, */*, allow\n" if value else NotImplemented
    )


def _peers(value: Any) -> Any:
    """No peers, or no ports, are all of them."""
    some = isinstance(value, list) and value and isinstance(value[0], dict)
    return [] if some else NotImplemented


_ANYWHERE = {"group": "*", "kind": "*"}
_WIDER: tuple[tuple[str, Wider], ...] = (
    # RBAC
    (r"rules/\d+/(verbs|resources|apiGroups)", _plus("*")),
    (r"rules/\d+/resourceNames", _emptied),
    (r"subjects", _plus({"kind": "Group", "name": "system:authenticated"})),
    (r"subjects/\d+/name", _text("system:authenticated")),
    (r"roleRef/name", _text("cluster-admin")),
    (r"roleRef/kind", _text("ClusterRole")),
    # Argo CD
    (r"(spec/)?sourceRepos", _plus("*")),
    (r"(spec/)?sourceNamespaces", _plus("*")),
    (r"sourceRepos/\d+", _text("*")),
    (r"sourceNamespaces/\d+", _text("*")),
    (r"destinations", _plus({"server": "*", "namespace": "*"})),
    (r"destinations/\d+/(namespace|server|name)", _text("*")),
    (r"(cluster|namespace)ResourceWhitelist", _plus(_ANYWHERE)),
    (r"(cluster|namespace)ResourceWhitelist/\d+/(group|kind)", _text("*")),
    (r"(cluster|namespace)ResourceBlacklist", _emptied),
    (r"roles/\d+/groups", _plus("everyone")),
    (r"roles/\d+/policies", _plus("p, proj:any:any, *, *, */*, allow")),
    (r"spec/project", _text("default")),
    (r"data/policy\.csv", _allowed),
    (r"data/policy\.default", _text("role:admin")),
    (r"data/application\.namespaces", _text("*")),
    (r"data/(users\.anonymous\.enabled|admin\.enabled|exec\.enabled)", _to("true")),
    # Network
    (r"(ingress|egress)/\d+", _emptied),
    (r"(from|to|toPorts|ports)", _peers),
    (r"(from|to)/\d+/(podSelector|namespaceSelector)", _emptied),
    (r"cidr", _text("0.0.0.0/0")),
    (r"except", _emptied),
    (r"policyTypes", _only_ingress),
    (r"spec/podSelector/matchLabels", lambda value: {**value, "nothing": "matches"}),
    (r"toEntities|fromEntities", _plus("all")),
    (r"matchPattern", _text("*")),
    (r"spec/type", lambda value: "LoadBalancer" if value == "ClusterIP" else NotImplemented),
    # Quotas
    (r"(hard|max|limits|maxLimitRequestRatio)/[^/]+", _hundredfold),
    # Pods
    (r"(hostNetwork|hostPID|hostIPC|privileged|allowPrivilegeEscalation)", _not),
    (r"(runAsNonRoot|readOnlyRootFilesystem|readOnly)", _not),
    (r"automountServiceAccountToken", _not),
    (r"capabilities/drop", _emptied),
    (r"capabilities", lambda value: {**value, "add": ["SYS_ADMIN"]}),
    (r"runAsUser|runAsGroup|fsGroup", _to(0)),
    (r"seccompProfile/type", _text("Unconfined")),
    (r"securityContext", lambda value: {**value, "privileged": True}),
    (r"(template/)?spec/containers", lambda value: NotImplemented),
    (r"template/spec", lambda value: {**value, "hostNetwork": True}),
    (r"spec/volumes", _plus({"name": "host", "hostPath": {"path": "/"}})),
    (r"serviceAccountName", _text("default")),
    (r"accessModes", _plus("ReadWriteMany")),
    (r"labels/pod-security\.kubernetes\.io~1(enforce|audit|warn)", _text("privileged")),
    # Secrets
    (r"secretStoreRef/kind", _text("ClusterSecretStore")),
    (r"namespaceSelector", _emptied),
    # Identity
    (r"(orgs|teams|allowedGroups|groups|hostedDomains)", _emptied),
    (r"redirectURIs", _plus("https://anywhere.example.net/callback")),
    (r"(public|loadAllGroups|skipApprovalScreen|enablePasswordDB)", _not),
    (r"insecure[A-Za-z]+", _not),
    # CI
    (r"permissions/[^/]+", _text("write")),
    (r"permissions", _to("write-all")),
    (r"(on|true)", lambda value: {**value, "pull_request_target": {}}),
    (r"(allow_failure|continue-on-error|persist-credentials)", _not),
    (r"jobs/[^/]+", lambda value: {**value, "continue-on-error": True}),
)


_PATTERNS = tuple((re.compile(rf"(?:.*/)?(?:{end})\Z"), wider) for end, wider in _WIDER)


def widenings(place: Place, value: Any) -> Iterator[Any]:
    """Every wider value that can stand at a place of a document."""
    path = spelled(place)
    for pattern, wider in _PATTERNS:
        if pattern.match(path):
            try:
                wide = wider(value)
            except (TypeError, AttributeError):
                continue
            if wide is not NotImplemented:
                yield wide
