"""Variants that the rule argocd-repository finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, finds

RULE = "argocd-repository"
WRONG: dict[str, tuple[Edit, str]] = {
    "a project that is not there": (
        ("platform/repository.yaml", "project: web", "project: shop"),
        "serves project shop, which is not there",
    ),
    "a repository that the project does not take": (
        (
            "platform/repository.yaml",
            "url: https://git.example.org/teams/web.git",
            "url: https://git.example.org/teams/shop.git",
        ),
        "which project web does not take",
    ),
    "half a login": (
        ("platform/repository.yaml", '        password: "{{ .password }}"\n', ""),
        "has no whole login",
    ),
    "no label": (
        ("platform/repository.yaml", "argocd.argoproj.io/secret-type: repository", "team: web"),
        "is not seen by ArgoCD",
    ),
    "rights for everybody": (
        (
            "platform/rbac.yaml",
            "",
            (
                "apiVersion: v1\n"
                "kind: ConfigMap\n"
                "metadata: {name: argocd-rbac-cm, namespace: argocd}\n"
                "data:\n"
                "  policy.default: role:readonly\n"
                "  policy.csv: g, ops, role:admin\n"
                '  scopes: "[groups]"\n'
            ),
        ),
        "gives rights to everybody who can log in",
    ),
    "a line that permits everything": (
        (
            "platform/rbac.yaml",
            "",
            (
                "apiVersion: v1\n"
                "kind: ConfigMap\n"
                "metadata: {name: argocd-rbac-cm, namespace: argocd}\n"
                "data:\n"
                '  policy.default: ""\n'
                "  policy.csv: p, ops, *, *, */*, allow\n"
                '  scopes: "[groups]"\n'
            ),
        ),
        "permits everything",
    ),
    "a namespace that is left out": (
        (
            "platform/params.yaml",
            "",
            (
                "apiVersion: v1\n"
                "kind: ConfigMap\n"
                "metadata: {name: argocd-cmd-params-cm, namespace: argocd}\n"
                "data: {application.namespaces: shop}\n"
            ),
        ),
        "leaves out namespace web",
    ),
    "a local administrator": (
        (
            "platform/cm.yaml",
            "",
            (
                "apiVersion: v1\n"
                "kind: ConfigMap\n"
                "metadata: {name: argocd-cm, namespace: argocd}\n"
                'data: {url: "https://argocd.example.org"}\n'
            ),
        ),
        "leaves the local administrator on",
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
