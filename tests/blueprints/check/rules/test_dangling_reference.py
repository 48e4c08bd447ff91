"""Variants that the rule dangling-reference finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

from tests.blueprints.check.rules.variants import Edit, accepts, finds, said

RULE = "dangling-reference"
STORE = """\
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: {name: team}
spec:
  provider:
    vault: {auth: {kubernetes: {serviceAccountRef: {name: web, namespace: elsewhere}}}}
"""
ACCOUNT = """\
apiVersion: v1
kind: ServiceAccount
metadata: {{name: {}, namespace: "{{{{ .Release.Namespace }}}}"}}
"""
WRONG: dict[str, tuple[Edit, str]] = {
    "a Secret": (
        (
            "web/deployment.yaml",
            "            - name: MODE\n              value: quiet\n",
            ("            - {name: MODE, valueFrom: {secretKeyRef: {name: web, key: mode}}}\n"),
        ),
        "names the Secret web in namespace web, which is not there",
    ),
    "a key": (
        (
            "config.yaml",
            "",
            (
                "apiVersion: v1\n"
                "kind: ConfigMap\n"
                "metadata: {name: web, namespace: web}\n"
                "data: {mode: quiet}\n"
                "---\n"
                "apiVersion: v1\n"
                "kind: Pod\n"
                "metadata: {name: one, namespace: web}\n"
                "spec: {containers: [{name: a, env: [{name: A, valueFrom: "
                "{configMapKeyRef: {name: web, key: mood}}}]}]}\n"
            ),
        ),
        "reads 'mood' of the ConfigMap web",
    ),
    "a claim": (
        (
            "web/deployment.yaml",
            "          emptyDir:\n            sizeLimit: 64Mi\n",
            "          persistentVolumeClaim: {claimName: data}\n",
        ),
        "names the PersistentVolumeClaim data",
    ),
    "a role": (
        (
            "rbac.yaml",
            "",
            (
                "apiVersion: rbac.authorization.k8s.io/v1\n"
                "kind: RoleBinding\n"
                "metadata: {name: web, namespace: web}\n"
                "roleRef: {kind: Role, name: web}\n"
                "subjects: [{kind: Group, name: web}]\n"
            ),
        ),
        "names the Role web",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "what may be missing": (
        (
            "web/deployment.yaml",
            "            - name: MODE\n              value: quiet\n",
            (
                "            - {name: MODE, valueFrom: {secretKeyRef: {name: web, key: "
                "mode, optional: true}}}\n"
            ),
        ),
    ),
    "a chart that is meant for a namespace which nobody names": (
        ("chart/Chart.yaml", "", "apiVersion: v2\nname: chart\nversion: 1.0.0\n"),
        ("chart/templates/store.yaml", "", STORE),
        ("chart/templates/account.yaml", "", ACCOUNT.format("web")),
    ),
    "a role of every cluster": (
        (
            "rbac.yaml",
            "",
            (
                "apiVersion: rbac.authorization.k8s.io/v1\n"
                "kind: RoleBinding\n"
                "metadata: {name: web, namespace: web}\n"
                "roleRef: {kind: ClusterRole, name: view}\n"
                "subjects: [{kind: Group, name: web}]\n"
            ),
        ),
    ),
}


def test_a_chart_that_nobody_names_has_to_bring_what_it_names(tmp_path: Path) -> None:
    messages = said(
        tmp_path,
        RULE,
        ("chart/Chart.yaml", "", "apiVersion: v2\nname: chart\nversion: 1.0.0\n"),
        ("chart/templates/store.yaml", "", STORE),
        ("chart/templates/account.yaml", "", ACCOUNT.format("other")),
    )
    assert any("names the ServiceAccount web in namespace elsewhere" in one for one in messages)


test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
