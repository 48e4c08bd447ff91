"""Who may do what in a cluster, by groups of the identity provider: Rancher's part of it.

A principal is ``<provider>_group://<group>``; GitHub's teams are ``github_team://<number>``, so
that with GitHub a group has to be a team's number. Source: rancher/rancher2 13.
"""

from collections.abc import Iterator

from blueprints.emit.hcl import Block, Expr

BINDINGS = Expr(
    "merge([for role, groups in var.owners : { for group in groups : "
    '"${role}-${substr(sha256(group), 0, 10)}" => { role = role, group = group } }]...)'
)
"""Every group of ``var.owners`` with its role, by a name that Kubernetes takes."""


def owners() -> Iterator[Block]:
    """Groups of the identity provider, bound by their principal.

    Rancher's own `read-only` is a role of projects, which its webhook refuses for a cluster.
    """
    yield Block(
        "resource",
        ("rancher2_role_template", "viewer"),
        [
            ("name", Expr('"${var.name}-viewer"')),
            ("context", "cluster"),
            ("description", "Sees what runs in one cluster; no secrets."),
            *(
                Block(
                    "rules",
                    (),
                    [
                        ("api_groups", list(groups)),
                        ("resources", list(resources)),
                        ("verbs", ["get", "list", "watch"]),
                    ],
                )
                for groups, resources in _SEEN
            ),
        ],
    )
    yield Block(
        "locals",
        (),
        [
            (
                "principal",
                Expr('var.rancher.auth == "github" ? "github_team" : "${var.rancher.auth}_group"'),
            ),
            (
                "roles",
                {
                    "admins": "cluster-owner",
                    "members": "cluster-member",
                    "viewers": Expr("rancher2_role_template.viewer.id"),
                },
            ),
            ("bindings", BINDINGS),
        ],
    )
    yield Block(
        "resource",
        ("rancher2_cluster_role_template_binding", "owner"),
        [
            ("for_each", Expr("local.bindings")),
            ("name", Expr("each.key")),
            ("cluster_id", Expr("rancher2_cluster_v2.cluster.cluster_v1_id")),
            ("role_template_id", Expr("local.roles[each.value.role]")),
            ("group_principal_id", Expr('"${local.principal}://${each.value.group}"')),
        ],
    )


_SEEN = (
    (
        ("",),
        (
            "configmaps",
            "endpoints",
            "events",
            "namespaces",
            "nodes",
            "persistentvolumeclaims",
            "persistentvolumes",
            "pods",
            "pods/log",
            "services",
        ),
    ),
    (("apps",), ("daemonsets", "deployments", "replicasets", "statefulsets")),
    (("batch",), ("cronjobs", "jobs")),
    (("networking.k8s.io",), ("ingresses", "networkpolicies")),
    (("storage.k8s.io",), ("storageclasses", "volumeattachments")),
    (("metrics.k8s.io",), ("nodes", "pods")),
)
