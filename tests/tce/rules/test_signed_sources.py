"""Variants that the rule signed-sources finds, and others that it has nothing to say of."""

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "signed-sources"
PROJECTS = "gitops/projects.yaml"
WRONG: dict[str, tuple[Edit, str]] = {
    "a mode that is not strict": (
        (PROJECTS, "mode: strict", "mode: head"),
        "the mode head lets unsigned commits through",
    ),
    "both fields": (
        (
            PROJECTS,
            "  sourceIntegrity:",
            ('  signatureKeys:\n    - keyID: "0000000000000A11"\n  sourceIntegrity:'),
        ),
        "signatureKeys are not read beside sourceIntegrity",
    ),
    "a chart of a registry": (
        (
            PROJECTS,
            "",
            (
                "---\n"
                "apiVersion: argoproj.io/v1alpha1\n"
                "kind: Application\n"
                "metadata: {name: a, namespace: argocd}\n"
                "spec: {project: platform, source: {repoURL: "
                "https://charts.example.org, chart: x, targetRevision: 1.0.0}}\n"
            ),
        ),
        "signatures of charts from https://charts.example.org are not checked",
    ),
    "an OCI artifact": (
        (
            PROJECTS,
            "",
            (
                "---\n"
                "apiVersion: argoproj.io/v1alpha1\n"
                "kind: Application\n"
                "metadata: {name: a, namespace: argocd}\n"
                "spec: {project: platform, source: {repoURL: "
                "'oci://r.example.org/x', path: ., targetRevision: 1.0.0}}\n"
            ),
        ),
        "signatures of charts from oci://r.example.org/x",
    ),
    "a project that is a template": (
        (
            PROJECTS,
            "",
            (
                "---\n"
                "apiVersion: argoproj.io/v1alpha1\n"
                "kind: Application\n"
                "metadata: {name: a, namespace: argocd}\n"
                "spec: {project: '{{project}}', source: {repoURL: "
                "https://git.hospital.example.org/platform/tce.git, path: .}}\n"
            ),
        ),
        "which project it is in is a template's",
    ),
}
RIGHT: dict[str, Edit] = {
    "no environment": ("spec.yaml", "blueprint: tce", "blueprint: cluster"),
    "a chart where nothing is signed": (
        PROJECTS,
        "",
        (
            "---\n"
            "apiVersion: argoproj.io/v1alpha1\n"
            "kind: Application\n"
            "metadata: {name: a, namespace: argocd}\n"
            "spec: {project: other, source: {repoURL: "
            "https://charts.example.org, chart: x, targetRevision: 1.0.0}}\n"
        ),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
