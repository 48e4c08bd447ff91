"""Variants that the rule renamed-setting finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprints.check.schemas.policy import read
from tests.blueprints.check.rules.variants import Edit, accepts, finds, said

RULE = "renamed-setting"
CONFIG = "rke2/one/config.yaml"
CILIUM = """\
apiVersion: helm.cattle.io/v1
kind: HelmChartConfig
metadata: {name: rke2-cilium, namespace: kube-system}
spec:
  valuesContent: |-
    VALUE
"""
UNIT = """\
include "root" {
  path = find_in_parent_folders("root.hcl")
}
"""
MAP = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: argocd-cm, namespace: argocd}
data: {KEY: ""}
"""


def cilium(values: str) -> Edit:
    """Values of Cilium, on one line."""
    return ("rke2/cilium.yaml", "", CILIUM.replace("VALUE", values))


def root(text: str, constraint: str = "") -> tuple[Edit, ...]:
    """A unit of Terragrunt and its root."""
    said = f'terragrunt_version_constraint = "{constraint}"\n' if constraint else ""
    return ("unit/terragrunt.hcl", "", UNIT), ("root.hcl", "", said + text)


def argocd(key: str) -> Edit:
    """A key of ArgoCD's ConfigMap."""
    return ("argocd.yaml", "", MAP.replace("KEY", key))


WRONG: dict[str, tuple[*tuple[Edit, ...], str]] = {
    "a profile": (
        (CONFIG, "profile: cis", "profile: cis-1.23"),
        "profile: cis-1.23 is not in RKE2 any more since 1.30",
    ),
    "a chart that was kube-proxy": (
        (CONFIG, "profile: cis", "profile: cis\ndisable: [rke2-kube-proxy]"),
        "disable: rke2-kube-proxy is not in RKE2 any more since 1.22",
    ),
    "an argument of the kubelet": (
        (CONFIG, "profile: cis", "profile: cis\nkubelet-arg: [container-runtime=remote]"),
        "kubelet-arg: container-runtime is not in RKE2 any more since 1.27",
    ),
    "an argument of the API server": (
        (CONFIG, "profile: cis", "profile: cis\nkube-apiserver-arg: [cloud-provider=external]"),
        "kube-apiserver-arg: cloud-provider is not in RKE2 any more since 1.33",
    ),
    "a controller that is retired": (
        (CONFIG, "profile: cis", "profile: cis\ningress-controller: ingress-nginx"),
        "ingress-controller: ingress-nginx is deprecated",
    ),
    "strict": (
        cilium("kubeProxyReplacement: strict"),
        "kubeProxyReplacement: strict is not in Cilium any more since 1.15",
    ),
    "partial": (
        cilium("kubeProxyReplacement: partial"),
        "kubeProxyReplacement: partial is not in Cilium any more since 1.15",
    ),
    "a tunnel": (cilium("tunnel: disabled"), "tunnel is not in Cilium any more since 1.15"),
    "a key of IPsec": (
        cilium("encryption: {keyFile: a}"),
        "encryption.keyFile is not in Cilium any more since 1.16",
    ),
    "metrics of the proxy": (
        cilium("proxy: {prometheus: {enabled: true}}"),
        "proxy.prometheus.enabled is not in Cilium any more since 1.16",
    ),
    "slices of endpoints": (
        cilium("enableCiliumEndpointSlice: true"),
        "enableCiliumEndpointSlice is deprecated in Cilium since 1.16",
    ),
    "values below the chart's name": (
        cilium("cilium: {ipv6: {enabled: true}}"),
        "cilium is not in RKE2 any more since 1.21.11",
    ),
    "skip": (*root("skip = true"), "skip is not in Terragrunt any more since 0.93.0"),
    "errors to try again": (
        *root("retryable_errors = []"),
        "retryable_errors is not in Terragrunt any more since 0.93.0",
    ),
    "skip of a version that warns": (
        *root("skip = true", "~> 0.80.0"),
        "skip is deprecated in Terragrunt since 0.72.0",
    ),
    "inputs of another unit": (
        *root("inputs = { a = dependency.b.inputs.c }"),
        "dependency.*.inputs is not in Terragrunt any more since 0.91.0",
    ),
    "a way to merge": (
        *root('dependency "a" {\n  mock_outputs_merge_with_state = true\n}'),
        "mock_outputs_merge_with_state is deprecated",
    ),
    "plugins of ArgoCD": (
        argocd("configManagementPlugins"),
        "configManagementPlugins is not in ArgoCD any more since 2.8",
    ),
    "repositories of ArgoCD": (
        argocd("repositories"),
        "repositories is not in ArgoCD any more since 3.0",
    ),
    "run-all": (("plan.sh", "", "terragrunt  run-all plan\n"), "terragrunt run-all is deprecated"),
    "plan-all": (
        (".github/workflows/a.yaml", "", "run: terragrunt plan-all\n"),
        "terragrunt plan-all is not in Terragrunt any more since 0.84.0",
    ),
    "hclfmt": (
        ("Makefile", "", "fmt:\n\tterragrunt hclfmt\n"),
        "terragrunt hclfmt is not in Terragrunt any more since 0.90.0",
    ),
    "an option with its prefix": (
        ("plan.sh", "", "terragrunt run --terragrunt-non-interactive\n"),
        "--terragrunt- is deprecated",
    ),
    "a variable with its prefix": (
        ("plan.sh", "", "TERRAGRUNT_LOG_LEVEL=debug terragrunt plan\n"),
        "TERRAGRUNT_ is deprecated",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "true": (cilium("kubeProxyReplacement: true"),),
    "a mode and a protocol": (cilium("{routingMode: tunnel, tunnelProtocol: vxlan}"),),
    "skip of a version that had it": (*root("skip = true", "~> 0.70.0"),),
    "another ConfigMap": (argocd("url"),),
    "run --all": (("plan.sh", "", "terragrunt run --all plan # not terragrunt run-all\n"),),
    "another program": (("plan.sh", "", "run-all plan\n"),),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)


RANCHER = """\
apiVersion: provisioning.cattle.io/v1
kind: Cluster
metadata: {name: production, namespace: fleet-default}
spec:
  kubernetesVersion: VERSION
  rkeConfig:
    machineGlobalConfig: {profile: cis-1.23}
    chartValues:
      rke2-cilium: {enableCiliumEndpointSlice: true, remoteNodeIdentity: true}
"""


@pytest.mark.parametrize(
    ("version", "messages"),
    [
        ("v1.24.17+rke2r1", set()),
        (
            "v1.29.0+rke2r1",
            {"profile: cis-1.23 is deprecated in RKE2 since 1.25"},
        ),
        (
            "v1.29.2+rke2r1",
            {
                "profile: cis-1.23 is deprecated in RKE2 since 1.25",
                "remoteNodeIdentity is deprecated in Cilium since 1.15",
            },
        ),
        (
            "v1.33.5+rke2r1",
            {
                "profile: cis-1.23 is not in RKE2 any more since 1.30",
                "remoteNodeIdentity is not in Cilium any more since 1.16",
                "enableCiliumEndpointSlice is deprecated in Cilium since 1.16",
            },
        ),
    ],
)
def test_what_is_renamed_depends_on_the_version(
    version: str, messages: set[str], tmp_path: Path
) -> None:
    edit = ("rancher.yaml", "", RANCHER.replace("VERSION", version))
    assert set(said(tmp_path, RULE, edit)) == messages


def test_what_stands_beside_what_came_instead_is_for_older_versions(tmp_path: Path) -> None:
    old = "encryption: {strictMode: {enabled: true, cidr: 192.0.2.0/24}}"
    both = old.replace("{enabled", "{egress: {enabled: true, cidr: 192.0.2.0/24}, enabled")
    assert len(said(tmp_path / "old", RULE, cilium(old))) == 2
    assert said(tmp_path / "both", RULE, cilium(both)) == []


def test_every_entry_of_the_table_has_its_source() -> None:
    for name, entries in read("renamed.yaml").items():
        for entry in entries:
            assert entry["source"], (name, entry)
            assert entry["instead"], (name, entry)
