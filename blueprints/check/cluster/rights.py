"""What roles of the Kubernetes API let somebody do.

Source: https://kubernetes.io/docs/concepts/security/rbac-good-practices/ (privilege escalation).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.shape import Path, mappings, text, texts
from blueprints.check.documents import Object

READ = frozenset(("get", "list", "watch"))
WRITE = frozenset(("create", "update", "patch", "delete", "deletecollection", "*"))
ESCALATES = frozenset(("escalate", "bind", "impersonate"))
EVERYBODY = frozenset(
    (
        "system:authenticated",
        "system:unauthenticated",
        "system:serviceaccounts",
        "system:masters",
        "*",
    )
)
"""Groups that mean more people than anybody counted."""

GUARDED = {
    "resourcequotas": "the quota",
    "limitranges": "the limits",
    "networkpolicies": "the network",
    "ciliumnetworkpolicies": "the network",
    "ciliumclusterwidenetworkpolicies": "the network",
    "roles": "rights",
    "rolebindings": "rights",
    "clusterroles": "rights",
    "clusterrolebindings": "rights",
    "namespaces": "namespaces",
    "nodes": "nodes",
    "persistentvolumes": "volumes of others",
    "storageclasses": "storage classes",
    "customresourcedefinitions": "kinds",
    "appprojects": "ArgoCD's projects",
    "applicationsets": "Applications of any project",
    "clustersecretstores": "everybody's secrets",
    "secretstores": "secrets of others",
    "clusterexternalsecrets": "secrets of others",
    "validatingwebhookconfigurations": "admission",
    "mutatingwebhookconfigurations": "admission",
    "validatingadmissionpolicies": "admission",
    "priorityclasses": "priorities",
    "runtimeclasses": "runtimes",
    "certificatesigningrequests": "identities",
    "serviceaccounts/token": "identities",
    "pods/ephemeralcontainers": "containers that no check has seen",
    "nodes/proxy": "nodes",
}
"""Resources with which a tenant could change what bounds it."""
GUARDED_KINDS = {
    ("", "ResourceQuota"): "its quota",
    ("", "LimitRange"): "its limits",
    ("", "Namespace"): "namespaces",
    ("networking.k8s.io", "NetworkPolicy"): "its network",
    ("cilium.io", "CiliumNetworkPolicy"): "its network",
    ("cilium.io", "CiliumClusterwideNetworkPolicy"): "everybody's network",
    ("rbac.authorization.k8s.io", "Role"): "its rights",
    ("rbac.authorization.k8s.io", "RoleBinding"): "its rights",
    ("rbac.authorization.k8s.io", "ClusterRole"): "everybody's rights",
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): "everybody's rights",
    ("argoproj.io", "AppProject"): "ArgoCD's projects",
    ("argoproj.io", "ApplicationSet"): "Applications of any project",
    ("external-secrets.io", "SecretStore"): "where secrets come from",
    ("external-secrets.io", "ClusterSecretStore"): "where secrets come from",
    ("external-secrets.io", "ClusterExternalSecret"): "secrets of other namespaces",
    ("apiextensions.k8s.io", "CustomResourceDefinition"): "kinds",
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"): "admission",
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"): "admission",
    ("scheduling.k8s.io", "PriorityClass"): "priorities",
    ("", "PersistentVolume"): "volumes of others",
    ("storage.k8s.io", "StorageClass"): "storage classes",
}
"""Kinds that a tenant's Applications must not bring."""


@dataclass(frozen=True, eq=False)
class Grant:
    """A role that somebody has, and where."""

    binding: Object
    subject: dict[str, object]
    subject_path: Path
    role: Object | None
    """None where it is not in the repository."""
    role_name: str
    namespace: str
    """Empty when it holds in all namespaces."""


def grants(known: Cluster) -> Iterator[Grant]:
    """Every subject of every binding."""
    for binding in known.of_kind("RoleBinding", "ClusterRoleBinding"):
        space = known.namespace(binding) if binding.kind == "RoleBinding" else ""
        kind, name = text(binding.data, "roleRef", "kind"), text(binding.data, "roleRef", "name")
        role = known.get(kind, space if kind == "Role" else "", name)
        for index, subject in mappings(binding.data, "subjects"):
            yield Grant(binding, subject, ("subjects", index), role, name, space)


def dangers(role: Object) -> Iterator[tuple[int, str]]:
    """Position and words of every rule with which its holder can get more than it says."""
    for index, rule in mappings(role.data, "rules"):
        verbs, resources = set(texts(rule, "verbs")), set(texts(rule, "resources"))
        for verb in sorted(verbs & ESCALATES):
            yield index, f"lets its holder {verb}"
        for field in ("verbs", "resources", "apiGroups", "nonResourceURLs"):
            if "*" in texts(rule, field):
                yield index, f"means every one of {field} by *"
        for resource in sorted(resources):
            if resource != "*" and "*" in resource:
                yield index, f"means every subresource by {resource}"


def guarded(role: Object) -> Iterator[tuple[int, str]]:
    """Position and words of every rule that lets a tenant change what bounds it."""
    for index, rule in mappings(role.data, "rules"):
        verbs = set(texts(rule, "verbs"))
        if not verbs & WRITE:
            continue
        for resource in texts(rule, "resources"):
            if resource in GUARDED:
                yield index, f"lets its holder change {GUARDED[resource]} ({resource})"
            elif resource == "*":
                yield index, "lets its holder change everything"


# https://kubernetes.io/docs/reference/kubernetes-api/ (1.31 to 1.34) and the operators' own kinds.
RESOURCES: dict[str, frozenset[str]] = {
    group: frozenset(names.split())
    for group, names in {
        "": "bindings componentstatuses configmaps endpoints events limitranges namespaces nodes"
        " persistentvolumeclaims persistentvolumes pods podtemplates replicationcontrollers"
        " resourcequotas secrets serviceaccounts services",
        "apps": "controllerrevisions daemonsets deployments replicasets statefulsets",
        "batch": "cronjobs jobs",
        "autoscaling": "horizontalpodautoscalers",
        "policy": "poddisruptionbudgets",
        "networking.k8s.io": "ingressclasses ingresses ipaddresses networkpolicies servicecidrs",
        "rbac.authorization.k8s.io": "clusterrolebindings clusterroles rolebindings roles",
        "storage.k8s.io": "csidrivers csinodes csistoragecapacities storageclasses"
        " volumeattachments volumeattributesclasses",
        "apiextensions.k8s.io": "customresourcedefinitions",
        "admissionregistration.k8s.io": "mutatingwebhookconfigurations"
        " validatingadmissionpolicies validatingadmissionpolicybindings"
        " validatingwebhookconfigurations mutatingadmissionpolicies"
        " mutatingadmissionpolicybindings",
        "coordination.k8s.io": "leases leasecandidates",
        "scheduling.k8s.io": "priorityclasses",
        "node.k8s.io": "runtimeclasses",
        "discovery.k8s.io": "endpointslices",
        "events.k8s.io": "events",
        "authentication.k8s.io": "selfsubjectreviews tokenreviews",
        "authorization.k8s.io": "localsubjectaccessreviews selfsubjectaccessreviews"
        " selfsubjectrulesreviews subjectaccessreviews",
        "certificates.k8s.io": "certificatesigningrequests clustertrustbundles",
        "metrics.k8s.io": "nodes pods",
        "argoproj.io": "applications applicationsets appprojects",
        "external-secrets.io": "clusterexternalsecrets clustersecretstores externalsecrets"
        " pushsecrets secretstores clusterpushsecrets",
        "cilium.io": "ciliumclusterwidenetworkpolicies ciliumnetworkpolicies",
        "dex.coreos.com": "authcodes authrequests connectors devicerequests devicetokens"
        " oauth2clients offlinesessionses passwords refreshtokens signingkeies",
    }.items()
}
"""Resources of the groups that are known, in the plural."""
