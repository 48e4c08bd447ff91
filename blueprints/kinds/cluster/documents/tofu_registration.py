"""The OpenTofu module that tells ArgoCD of a cluster: credentials there, a Secret with labels here.

ArgoCD's account lives in the cluster itself: it is good for this one cluster and means nothing to
Rancher. Its token lies in ArgoCD's Secret and in the state, which is encrypted; never in Git.
Labels are what ApplicationSets select on. Arguments: the documentation of hashicorp/kubernetes 2;
keys of the Secret: argo-cd.readthedocs.io, "Declarative Setup", Clusters.
"""

from collections.abc import Iterator

from blueprints.emit.hcl import Block, Body, Call, Expr, Value, hcl_text
from blueprints.engine.blueprint import File
from blueprints.kinds.cluster.documents.tofu_owners import BINDINGS
from blueprints.kinds.cluster.documents.tofu_provider import provider, variables, versions

FOLDER = "tofu/modules/registration"
ENVIRONMENT_LABEL = "tutela/environment"
CLUSTER_LABEL = "tutela/cluster"
COMPONENT_LABEL = "component.tutela/"
"""Followed by the component; its value is ``enabled``."""
_VARIABLES = {
    "name": ("string", "Name of the cluster in ArgoCD."),
    "environment": ("string", "Environment of the cluster."),
    "cluster": ("string", "Name of the cluster in every environment."),
    "cluster_id": ("string", "The cluster in Rancher's API."),
    "server": ("string", "Address of the cluster's API server."),
    "domain": ("string", "Domain of the cluster."),
    "kubernetes_version": ("string", "Release of RKE2."),
    "components": ("set(string)", "What ArgoCD deploys there."),
    "rancher_url": ("string", "Rancher, through which the account is made."),
    "rancher_token": ("string", "Token of the job for Rancher."),
    "argocd": (
        "object({ namespace = string, kubeconfig = string })",
        "Where ArgoCD runs; the kubeconfig is a file of the job.",
    ),
    "owners": (
        "object({ admins = set(string), members = set(string), viewers = set(string) })",
        "Groups of the identity provider.",
    ),
    "groups_prefix": ("string", "What the API server puts before a group's name."),
}


def files() -> Iterator[File]:
    """Everything under ``tofu/modules/registration/``."""
    parts: dict[str, Body] = {
        "versions": versions("kubernetes"),
        "variables": list(variables(_VARIABLES, sensitive=("rancher_token",))),
        "providers": list(_providers()),
        "account": list(account()),
        "owners": list(owners()),
        "argocd": [argocd()],
        "outputs": [_output()],
    }
    for name, body in parts.items():
        yield File(f"{FOLDER}/{name}.tf", hcl_text(body))


def _providers() -> Iterator[Block]:
    """The cluster through Rancher, and the one that ArgoCD runs in."""
    yield provider(
        "kubernetes",
        ("host", Expr('"${var.rancher_url}/k8s/clusters/${var.cluster_id}"')),
        ("token", Expr("var.rancher_token")),
    )
    yield provider(
        "kubernetes",
        ("alias", "argocd"),
        ("config_path", Expr("var.argocd.kubeconfig")),
    )


def _resource(kind: str, name: str, *body: tuple[str, Value] | Block) -> Block:
    return Block("resource", (kind, name), list(body))


def account() -> Iterator[Block]:
    """ArgoCD's account in the cluster: all kinds of objects, but nobody else's identity."""
    yield _resource(
        "kubernetes_service_account_v1",
        "argocd",
        Block("metadata", (), [("name", "argocd-manager"), ("namespace", "kube-system")]),
    )
    verbs: list[Value] = [
        "get",
        "list",
        "watch",
        "create",
        "update",
        "patch",
        "delete",
        "deletecollection",
    ]
    everything = Block("rule", (), [("api_groups", ["*"]), ("resources", ["*"]), ("verbs", verbs)])
    # Operators bring roles of their own: without these ArgoCD could give no more than it has.
    roles = Block(
        "rule",
        (),
        [
            ("api_groups", ["rbac.authorization.k8s.io"]),
            ("resources", ["clusterroles", "roles"]),
            ("verbs", ["bind", "escalate"]),
        ],
    )
    versions_ = Block("rule", (), [("non_resource_urls", ["*"]), ("verbs", ["get"])])
    yield _resource(
        "kubernetes_cluster_role_v1",
        "argocd",
        Block("metadata", (), [("name", "argocd-manager")]),
        everything,
        roles,
        versions_,
    )
    yield _resource(
        "kubernetes_cluster_role_binding_v1",
        "argocd",
        Block("metadata", (), [("name", "argocd-manager")]),
        _role("kubernetes_cluster_role_v1.argocd.metadata[0].name"),
        Block(
            "subject",
            (),
            [
                ("kind", "ServiceAccount"),
                ("name", Expr("kubernetes_service_account_v1.argocd.metadata[0].name")),
                ("namespace", Expr("kubernetes_service_account_v1.argocd.metadata[0].namespace")),
            ],
        ),
    )
    yield _resource(
        "kubernetes_secret_v1",
        "token",
        (
            "type",
            "kubernetes.io/service-account-token",
        ),
        ("wait_for_service_account_token", True),
        Block(
            "metadata",
            (),
            [
                ("name", "argocd-manager-token"),
                ("namespace", "kube-system"),
                (
                    "annotations",
                    {
                        "kubernetes.io/service-account.name": Expr(
                            "kubernetes_service_account_v1.argocd.metadata[0].name"
                        )
                    },
                ),
            ],
        ),
    )


def _role(name: str) -> Block:
    return Block(
        "role_ref",
        (),
        [
            ("api_group", "rbac.authorization.k8s.io"),
            ("kind", "ClusterRole"),
            ("name", Expr(name)),
        ],
    )


def owners() -> Iterator[Block]:
    """Groups as the API server knows them, for people who come to it and not to Rancher."""
    yield Block(
        "locals",
        (),
        [
            ("roles", {"admins": "cluster-admin", "members": "view", "viewers": "view"}),
            ("bindings", BINDINGS),
        ],
    )
    yield _resource(
        "kubernetes_cluster_role_binding_v1",
        "owner",
        ("for_each", Expr("local.bindings")),
        Block("metadata", (), [("name", Expr('"owner-${each.key}"'))]),
        _role("local.roles[each.value.role]"),
        Block(
            "subject",
            (),
            [
                ("api_group", "rbac.authorization.k8s.io"),
                ("kind", "Group"),
                ("name", Expr('"${var.groups_prefix}${each.value.group}"')),
            ],
        ),
    )


def argocd() -> Block:
    """The Secret that is a cluster to ArgoCD."""
    held = "kubernetes_secret_v1.token.data"
    labels = (
        f'merge({{ "argocd.argoproj.io/secret-type" = "cluster", "{ENVIRONMENT_LABEL}" = '
        f'var.environment, "{CLUSTER_LABEL}" = var.cluster }}, {{ for name in var.components : '
        f'"{COMPONENT_LABEL}${{name}}" => "enabled" }})'
    )
    return _resource(
        "kubernetes_secret_v1",
        "cluster",
        ("provider", Expr("kubernetes.argocd")),
        ("type", "Opaque"),
        (
            "data",
            {
                "name": Expr("var.name"),
                "server": Expr("var.server"),
                "config": Call(
                    "jsonencode",
                    {
                        "bearerToken": Expr(f'{held}["token"]'),
                        "tlsClientConfig": {
                            "insecure": False,
                            "caData": Expr(f'base64encode({held}["ca.crt"])'),
                        },
                    },
                ),
            },
        ),
        Block(
            "metadata",
            (),
            [
                ("name", Expr('"cluster-${var.name}"')),
                ("namespace", Expr("var.argocd.namespace")),
                ("labels", Expr(labels)),
                (
                    "annotations",
                    {
                        "tutela/domain": Expr("var.domain"),
                        "tutela/kubernetes": Expr("var.kubernetes_version"),
                    },
                ),
            ],
        ),
    )


def _output() -> Block:
    return Block(
        "output",
        ("secret",),
        [
            ("value", Expr("kubernetes_secret_v1.cluster.metadata[0].name")),
            ("description", "Name of the Secret that is the cluster to ArgoCD."),
        ],
    )
