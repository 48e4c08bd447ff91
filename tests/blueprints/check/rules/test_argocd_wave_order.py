"""Variants that the rule argocd-wave-order finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import INVALID, Edit, accepts, finds

RULE = "argocd-wave-order"
CONFIG = "apps/metallb-config.yaml"
METALLB = "apps/metallb.yaml"
POOL = "metallb/pool.yaml"
DEFINITION = """\
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: pools.example.org}
spec: {group: example.org}
"""
SPACE = """\
---
apiVersion: v1
kind: Namespace
metadata: {name: metallb-system}
"""

APP = (INVALID / RULE / "valid" / CONFIG).read_text(encoding="utf-8")
WRONG: dict[str, tuple[*tuple[Edit, ...], str]] = {
    "the same wave": (
        (CONFIG, '"2"', '"1"'),
        "comes in the same wave: IPAddressPool metallb-system/services needs metallb.io",
    ),
    "an earlier wave": ((CONFIG, '"2"', '"-1"'), "comes in an earlier wave"),
    "no wave": (
        (CONFIG, '  annotations:\n    argocd.argoproj.io/sync-wave: "2"\n', ""),
        "comes in an earlier wave",
    ),
    "a namespace that comes later": (
        (POOL, "", SPACE),
        "it goes into namespace metallb-system, which Application argocd/metallb-config makes",
    ),
    "a definition that comes later": (
        (POOL, "", DEFINITION),
        ("other/one.yaml", "", "apiVersion: example.org/v1\nkind: Pool\nmetadata: {name: a}\n"),
        (
            "apps/other.yaml",
            "",
            APP.replace("metallb-config", "other")
            .replace("path: metallb", "path: other")
            .replace('"2"', '"1"'),
        ),
        "Pool a needs example.org",
    ),
    "definitions that a value leaves out": (
        (
            METALLB,
            "    chart: metallb\n",
            "    chart: metallb\n    helm: {valuesObject: {crds: {enabled: false}}}\n",
        ),
        "needs metallb.io, whose definitions Application argocd/metallb leaves out",
    ),
    "a store that comes later": (
        (
            POOL,
            "",
            "---\napiVersion: external-secrets.io/v1\nkind: ExternalSecret\n"
            "metadata: {name: a, namespace: metallb-system}\n"
            "spec: {secretStoreRef: {kind: ClusterSecretStore, name: platform}}\n",
        ),
        (
            "other/one.yaml",
            "",
            "apiVersion: external-secrets.io/v1\nkind: ClusterSecretStore\n"
            "metadata: {name: platform}\n",
        ),
        (
            "apps/other.yaml",
            "",
            APP.replace("metallb-config", "other").replace("path: metallb", "path: other"),
        ),
        "ExternalSecret metallb-system/a needs ClusterSecretStore platform, which Application",
    ),
    "monitors before their definitions": (
        (
            "apps/m.yaml",
            "",
            APP.replace("metallb-config", "monitoring").replace(
                "path: metallb", "chart: kube-prometheus-stack"
            ),
        ),
        (
            METALLB,
            "    chart: metallb",
            (
                "    chart: metallb\n"
                "    helm:\n"
                "      valuesObject:\n"
                "        serviceMonitor: {enabled: true}"
            ),
        ),
        "serviceMonitor.enabled of metallb needs monitoring.coreos.com",
    ),
    "monitors in a file of values": (
        (
            "apps/m.yaml",
            "",
            APP.replace("metallb-config", "monitoring").replace(
                "path: metallb", "chart: kube-prometheus-stack"
            ),
        ),
        (
            METALLB,
            "    chart: metallb",
            "    chart: metallb\n    helm:\n      valueFiles: [/values.yaml]",
        ),
        ("values.yaml", "", "serviceMonitor: {enabled: true}\n"),
        "serviceMonitor.enabled of metallb needs monitoring.coreos.com",
    ),
    "a wave in an ApplicationSet": (
        (
            "sets/a.yaml",
            "",
            (
                "apiVersion: argoproj.io/v1alpha1\n"
                "kind: ApplicationSet\n"
                "metadata: {name: a, namespace: argocd}\n"
                "spec: {template: {metadata: {annotations: {argocd.argoproj.io/sync-wave: "
                '"1"}}}}\n'
            ),
        ),
        "it is of Applications that are made at once",
    ),
    "a wave of pods": (
        (
            "web/a.yaml",
            "",
            (
                "apiVersion: apps/v1\n"
                "kind: Deployment\n"
                "metadata: {name: a, namespace: b}\n"
                "spec: {template: {metadata: {annotations: {argocd.argoproj.io/sync-wave: "
                '"1"}}}}\n'
            ),
        ),
        "it is of pods",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "a much later wave": ((CONFIG, '"2"', '"20"'),),
    "no waves at all": (
        (CONFIG, '  annotations:\n    argocd.argoproj.io/sync-wave: "2"\n', ""),
        (METALLB, '  annotations:\n    argocd.argoproj.io/sync-wave: "1"\n', ""),
    ),
    "one that brings what it needs": (
        (POOL, "", DEFINITION.replace("example.org", "metallb.io")),
        (CONFIG, '"2"', '"0"'),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
