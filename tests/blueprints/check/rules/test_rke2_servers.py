"""Variants that the rule rke2-servers finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.blueprints.check.rules.variants import Edit, accepts, finds, said

RULE = "rke2-servers"
ONE = "rke2/one/config.yaml"
TWO = "rke2/two/config.yaml"
CILIUM = """\
apiVersion: helm.cattle.io/v1
kind: HelmChartConfig
metadata: {name: rke2-cilium, namespace: kube-system}
spec:
  valuesContent: |-
    VALUE
"""


def cilium(*values: str) -> Edit:
    """Values of Cilium beside the nodes."""
    text = "\n    ".join(values)
    return ("rke2/cilium.yaml", "", CILIUM.replace("VALUE", text))


FREE = ("kubeProxyReplacement: true", "k8sServiceHost: 127.0.0.1", "k8sServicePort: 6443")

WRONG: dict[str, tuple[*tuple[Edit, ...], str]] = {
    "another range": (
        (TWO, "service-cidr: 10.43.0.0/16", "service-cidr: 10.43.0.0/17"),
        "service-cidr is 10.43.0.0/17; for servers of rke2/one/config.yaml it is 10.43.0.0/16",
    ),
    "a range that one does not say": (
        (TWO, "cluster-cidr: 10.42.0.0/16\n", ""),
        "cluster-cidr is not said",
    ),
    "kube-proxy on one server": (
        (TWO, "disable-kube-proxy: true\n", ""),
        "disable-kube-proxy is not said",
    ),
    "a setting of K3s": (
        (ONE, "cni: cilium", "cni: cilium\nflannel-backend: none"),
        "RKE2 knows no setting flannel-backend",
    ),
    "a slip": ((ONE, "cluster-dns", "clusters-dns"), "RKE2 knows no setting clusters-dns"),
    "pods where services are": ((ONE, "10.42.0.0/16", "10.43.0.0/20"), "share addresses"),
    "DNS elsewhere": (
        (ONE, "10.43.0.10", "10.44.0.10"),
        "cluster-dns 10.44.0.10 is not among the addresses of services",
    ),
    "DNS that is no address": (
        (ONE, "10.43.0.10", "dns.example.org"),
        "cluster-dns dns.example.org is no address",
    ),
    "a profile that there is not": (
        (ONE, "cni: cilium", "cni: cilium\nprofile: ciss"),
        "profile is ciss; there is cis, ",
    ),
    "secrets in plain text": (
        (ONE, "cni: cilium", "cni: cilium\nsecrets-encryption: false"),
        "secrets-encryption is False",
    ),
    "a flag that kube-apiserver has not": (
        (ONE, "cni: cilium", "cni: cilium\nkube-apiserver-arg: [oidc-group-prefix=a, v=2]"),
        "kube-apiserver has no flag oidc-group-prefix",
    ),
    "an API server at another port": (
        cilium(*FREE[:2], "k8sServicePort: 9345"),
        "the API server answers at 6443, not at 9345",
    ),
    "a network that RKE2 does not bring": (
        (ONE, "cni: cilium", "cni: weave"),
        "no network of pods that is called weave",
    ),
    "multus last": ((ONE, "cni: cilium", "cni: [cilium, multus]"), "multus stands before another"),
    "multus alone": ((ONE, "cni: cilium", "cni: multus"), "multus stands before another"),
    "a controller that RKE2 does not bring": (
        (ONE, "cni: cilium", "cni: cilium\ningress-controller: haproxy"),
        "no ingress controller that is called haproxy",
    ),
    "canal without kube-proxy": (
        (ONE, "cni: cilium", "cni: canal"),
        "kube-proxy is disabled, which canal needs for services",
    ),
    "two that answer for services": (
        cilium(*FREE),
        (ONE, "disable-kube-proxy: true\n", ""),
        (TWO, "disable-kube-proxy: true\n", ""),
        "Cilium replaces kube-proxy, and kube-proxy is not disabled",
    ),
    "nobody that answers for services": (
        cilium("kubeProxyReplacement: false"),
        "kube-proxy is disabled, and Cilium does not replace it",
    ),
    "no way to the API server": (
        cilium(FREE[0]),
        "Cilium replaces kube-proxy and has no k8sServiceHost",
    ),
    "servicelb beside MetalLB": (
        (ONE, "cni: cilium", "cni: cilium\nenable-servicelb: true"),
        (
            "pool.yaml",
            "",
            (
                "apiVersion: metallb.io/v1beta1\n"
                "kind: IPAddressPool\n"
                "metadata: {name: a, namespace: b}\n"
            ),
        ),
        "servicelb and MetalLB both answer",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "Cilium that replaces kube-proxy": (cilium(*FREE),),
    "a value as text": ((TWO, "disable-kube-proxy: true", 'disable-kube-proxy: "true"'),),
    "an agent": (
        ("rke2/three/config.yaml", "", "server: https://192.0.2.10:9345\nnode-label: [a=b]\n"),
    ),
    "more of a setting": ((ONE, "cni: cilium", "cni: cilium\nkubelet-arg+: [a=b]"),),
    "a file over the file": (
        (TWO, "service-cidr: 10.43.0.0/16", "service-cidr: 10.9.0.0/16"),
        ("rke2/two/config.yaml.d/50.yaml", "", "service-cidr: 10.43.0.0/16\n"),
    ),
    "servicelb without MetalLB": ((ONE, "cni: cilium", "cni: cilium\nenable-servicelb: true"),),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)


OBJECT = """\
apiVersion: provisioning.cattle.io/v1
kind: Cluster
metadata: {name: production, namespace: fleet-default}
spec:
  kubernetesVersion: v1.33.5+rke2r1
  rkeConfig:
    machineGlobalConfig:
      cni: cilium
      disable-kube-proxy: true
    chartValues:
      rke2-cilium:
        kubeProxyReplacement: true
        k8sServiceHost: 127.0.0.1
        k8sServicePort: 6443
    machineSelectorConfig:
      - config: {protect-kernel-defaults: true}
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "protect-kernel-defaults: true",
            "service-cidr: 10.9.0.0/16",
            "service-cidr is 10.9.0.0/16",
        ),
        ("protect-kernel-defaults: true", "node-label: [a=b]", "counts only when a node registers"),
        ("      disable-kube-proxy: true\n", "", "kube-proxy is not disabled"),
        ("        kubeProxyReplacement: true\n", "", "Cilium does not replace it"),
        ("kind: Cluster", "kind: Cluster", ""),
    ],
)
def test_objects_of_rancher_are_clusters_too(
    old: str, new: str, words: str, tmp_path: Path
) -> None:
    assert old in OBJECT
    messages = said(tmp_path, RULE, ("rancher.yaml", "", OBJECT.replace(old, new)))
    assert any(words in one for one in messages) if words else messages == []
