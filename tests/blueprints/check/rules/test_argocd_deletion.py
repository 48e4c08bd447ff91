"""Variants that the rule argocd-deletion finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "argocd-deletion"
WRONG: dict[str, tuple[Edit, str]] = {
    "an ApplicationSet without guards": (
        (
            "platform/set.yaml",
            "",
            (
                "apiVersion: argoproj.io/v1alpha1\n"
                "kind: ApplicationSet\n"
                "metadata: {name: all, namespace: argocd}\n"
                "spec:\n"
                "  generators: [{list: {elements: []}}]\n"
                "  template: {spec: {project: web}}\n"
            ),
        ),
        "deletes its Applications when a generator gives none",
    ),
    "a claim that ArgoCD may delete": (
        (
            "team/site/claim.yaml",
            "",
            (
                "apiVersion: v1\n"
                "kind: PersistentVolumeClaim\n"
                "metadata: {name: data, namespace: web}\n"
                "spec: {}\n"
            ),
        ),
        "no Delete=false, Prune=false",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "an ApplicationSet that keeps what it made": (
        (
            "platform/set.yaml",
            "",
            (
                "apiVersion: argoproj.io/v1alpha1\n"
                "kind: ApplicationSet\n"
                "metadata: {name: all, namespace: argocd}\n"
                "spec:\n"
                "  syncPolicy: {preserveResourcesOnDeletion: true, applicationsSync: "
                "create-update}\n"
                "  generators: [{list: {elements: []}}]\n"
                "  template: {spec: {project: web}}\n"
            ),
        ),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
