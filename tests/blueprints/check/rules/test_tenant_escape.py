"""Variants that the rule tenant-escape finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, finds

RULE = "tenant-escape"
WRONG: dict[str, tuple[Edit, str]] = {
    "any repository": (
        ("platform/project.yaml", "- https://git.example.org/teams/web.git", '- "*"'),
        "takes documents from any repository",
    ),
    "any namespace": (
        ("platform/project.yaml", "      namespace: web", '      namespace: "*"'),
        "deploys into any namespace",
    ),
    "any cluster": (
        ("platform/project.yaml", "server: https://kubernetes.default.svc", 'server: "*"'),
        "deploys to any cluster",
    ),
    "kinds of the cluster": (
        (
            "platform/project.yaml",
            "clusterResourceWhitelist: []",
            'clusterResourceWhitelist: [{group: "", kind: Node}]',
        ),
        "may deploy kinds of the whole cluster",
    ),
    "no list of kinds": (
        (
            "platform/project.yaml",
            ('  namespaceResourceWhitelist:\n    - group: ""\n      kind: ConfigMap\n'),
            "",
        ),
        "permits every kind in its namespaces",
    ),
    "every kind of a group": (
        ("platform/project.yaml", "kind: ConfigMap", 'kind: "*"'),
        "permits every kind like /*",
    ),
    "Applications from elsewhere": (
        (
            "platform/project.yaml",
            "    - web\n  destinations",
            "    - web\n    - shop\n  destinations",
        ),
        "takes Applications from namespace shop",
    ),
    "a right in another namespace": (
        (
            "rbac.yaml",
            "",
            (
                "apiVersion: rbac.authorization.k8s.io/v1\n"
                "kind: ClusterRoleBinding\n"
                "metadata: {name: web}\n"
                "roleRef: {kind: ClusterRole, name: view}\n"
                "subjects: [{kind: ServiceAccount, name: web, namespace: web}]\n"
            ),
        ),
        "gives view in every namespace to ServiceAccount web",
    ),
    "a right to give rights": (
        (
            "rbac.yaml",
            "",
            (
                "apiVersion: rbac.authorization.k8s.io/v1\n"
                "kind: RoleBinding\n"
                "metadata: {name: web, namespace: web}\n"
                "roleRef: {kind: ClusterRole, name: admin}\n"
                "subjects: [{kind: Group, name: web-admins}]\n"
            ),
        ),
        "who can then give rights",
    ),
    "a right to change the quota": (
        (
            "rbac.yaml",
            "",
            (
                "apiVersion: rbac.authorization.k8s.io/v1\n"
                "kind: Role\n"
                "metadata: {name: web, namespace: web}\n"
                'rules: [{apiGroups: [""], resources: [resourcequotas], verbs: [patch]}]\n'
                "---\n"
                "apiVersion: rbac.authorization.k8s.io/v1\n"
                "kind: RoleBinding\n"
                "metadata: {name: web, namespace: web}\n"
                "roleRef: {kind: Role, name: web}\n"
                "subjects: [{kind: Group, name: web-admins}]\n"
            ),
        ),
        "lets its holder change the quota",
    ),
    "a policy for another project": (
        (
            "platform/project.yaml",
            "  clusterResourceWhitelist",
            (
                "  roles:\n"
                "    - name: admin\n"
                "      groups: [web]\n"
                '      policies: ["p, proj:web:admin, applications, get, shop/*, allow"]\n'
                "  clusterResourceWhitelist"
            ),
        ),
        "means shop/*, another project",
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
