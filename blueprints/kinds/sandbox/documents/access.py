"""Rights that are the same in every project, and what the API server refuses there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.kinds.sandbox import profiles
from blueprints.parts.manifests import LABEL, Document, manifest, yaml_file

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Site

_RBAC = "rbac.authorization.k8s.io/v1"
_ADMISSION = "admissionregistration.k8s.io"
_PART = "platform"
_SEE = ["get", "list", "watch"]
_SEEN: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "",
        (
            "configmaps",
            "events",
            "limitranges",
            "persistentvolumeclaims",
            "pods",
            "pods/log",
            "resourcequotas",
            "serviceaccounts",
            "services",
        ),
    ),
    ("apps", ("deployments", "replicasets", "statefulsets")),
    ("argoproj.io", ("applications",)),
    ("autoscaling", ("horizontalpodautoscalers",)),
    ("batch", ("cronjobs", "jobs")),
    ("external-secrets.io", ("externalsecrets",)),
    ("networking.k8s.io", ("ingresses", "networkpolicies")),
    ("policy", ("poddisruptionbudgets",)),
)


def files(site: "Site") -> Iterator[File]:
    """Everything under ``platform/access/`` and ``platform/admission/``."""
    yield yaml_file("platform/access/roles.yaml", list(roles()))
    yield yaml_file("platform/admission/ingress-hosts.yaml", list(ingress_hosts(site)))
    if profiles.gpu_placement(site).selector:
        yield yaml_file("platform/admission/gpu-nodes.yaml", list(gpu_nodes(site)))


def _role(name: str, rules: Sequence[Document]) -> Document:
    return manifest(
        _RBAC, "ClusterRole", name, part_of=_PART, component="access", rules=list(rules)
    )


def _rule(group: str, resources: Sequence[str], verbs: Sequence[str]) -> Document:
    return {"apiGroups": [group], "resources": list(resources), "verbs": list(verbs)}


def roles() -> Iterator[Document]:
    """Viewers see; members also restart and forward ports; admins also enter pods.

    Nobody reads a Secret, and nobody changes what Git says: that is what Git is for.
    """
    see = [_rule(group, resources, _SEE) for group, resources in _SEEN]
    work = [
        *see,
        _rule("", ["pods"], ["delete"]),
        _rule("", ["pods/portforward"], ["create"]),
        _rule("batch", ["jobs"], ["delete"]),
    ]
    yield _role("sandbox-viewer", see)
    yield _role("sandbox-member", work)
    yield _role("sandbox-admin", [*work, _rule("", ["pods/exec"], ["create"])])
    verbs = ["create", "delete", "get", "list", "patch", "update", "watch"]
    yield _role(
        "argocd-applications",
        [_rule("argoproj.io", ["applications"], verbs), _rule("", ["events"], ["create", "list"])],
    )


def ingress_hosts(site: "Site") -> Iterator[Document]:
    """A project's Ingresses may only answer to names below the project's own."""
    suffix = f"'.' + object.metadata.namespace + '.{site.domain}'"
    yield from _policy(
        "sandbox-ingress-hosts",
        group="networking.k8s.io",
        resource="ingresses",
        variables=[],
        expression=(
            "has(object.spec.rules) && "
            f"object.spec.rules.all(rule, has(rule.host) && rule.host.endsWith({suffix})) && "
            "(!has(object.spec.tls) || object.spec.tls.all(one, has(one.hosts) && "
            f"one.hosts.all(host, host.endsWith({suffix}))))"
        ),
        message=f"hosts have to end in .<namespace>.{site.domain}",
    )


def gpu_nodes(site: "Site") -> Iterator[Document]:
    """Nodes with GPUs are for pods that ask for one: no database and no user interface there."""
    placement = profiles.gpu_placement(site)
    resource = profiles.gpu_resource(site)
    keys = ", ".join(f"'{key}'" for key in placement.selector)
    tolerated = ", ".join(f"'{one['key']}'" for one in placement.tolerations)
    variables = [
        {
            "name": "asks",
            "expression": (
                "object.spec.containers.exists(one, has(one.resources) && "
                f"has(one.resources.limits) && '{resource}' in one.resources.limits)"
            ),
        },
        {
            "name": "selects",
            "expression": (
                "has(object.spec.nodeSelector) && "
                f"object.spec.nodeSelector.exists(key, key in [{keys}])"
            ),
        },
        {
            "name": "tolerates",
            "expression": (
                "has(object.spec.tolerations) && object.spec.tolerations.exists(one, "
                f"!has(one.key) || one.key in [{tolerated}])"
            ),
        },
    ]
    yield from _policy(
        "sandbox-gpu-nodes",
        group="",
        resource="pods",
        variables=variables,
        expression="variables.asks || !(variables.selects || variables.tolerates)",
        message=f"only pods that ask for {resource} may run on the nodes that have it",
    )


def _policy(
    name: str,
    *,
    group: str,
    resource: str,
    variables: Sequence[Mapping[str, object]],
    expression: str,
    message: str,
) -> Iterator[Document]:
    spec: Document = {
        "failurePolicy": "Fail",
        "matchConstraints": {
            "matchPolicy": "Equivalent",
            "resourceRules": [
                {
                    "apiGroups": [group],
                    "apiVersions": ["v1"],
                    "operations": ["CREATE", "UPDATE"],
                    "resources": [resource],
                    "scope": "Namespaced",
                }
            ],
        },
    }
    if variables:
        spec["variables"] = list(variables)
    spec["validations"] = [{"expression": expression, "message": message, "reason": "Forbidden"}]
    yield manifest(
        f"{_ADMISSION}/v1",
        "ValidatingAdmissionPolicy",
        name,
        part_of=_PART,
        component="admission",
        spec=spec,
    )
    yield manifest(
        f"{_ADMISSION}/v1",
        "ValidatingAdmissionPolicyBinding",
        name,
        part_of=_PART,
        component="admission",
        spec={
            "policyName": name,
            "validationActions": ["Deny"],
            "matchResources": {
                "matchPolicy": "Equivalent",
                "namespaceSelector": {
                    "matchLabels": {
                        f"{LABEL}component": "tenancy",
                        f"{LABEL}managed-by": "tutela",
                    }
                },
            },
        },
    )
