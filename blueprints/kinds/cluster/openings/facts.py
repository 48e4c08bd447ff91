"""Where each port is known from. Every opening names one of these."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Fact:
    """A source that anybody can look at."""

    title: str
    url: str


FACTS: Mapping[str, Fact] = {
    "rke2-ports": Fact(
        "RKE2, Requirements, Inbound Network Rules",
        "https://docs.rke2.io/install/requirements#inbound-network-rules",
    ),
    "cilium-ports": Fact(
        "Cilium, System Requirements, Firewall Rules",
        "https://docs.cilium.io/en/stable/operations/system_requirements/#firewall-rules",
    ),
    "cilium-wireguard": Fact(
        "Cilium, WireGuard Transparent Encryption",
        "https://docs.cilium.io/en/stable/security/network/encryption-wireguard/",
    ),
    "calico-ports": Fact(
        "Calico, System requirements, Network requirements",
        "https://docs.tigera.io/calico/latest/getting-started/kubernetes/requirements",
    ),
    "metallb-ports": Fact("MetalLB, Installation requirements", "https://metallb.io/#requirements"),
    "rancher-ports": Fact(
        "Rancher, Port Requirements",
        "https://ranchermanager.docs.rancher.com/getting-started/installation-and-upgrade/"
        "installation-requirements/port-requirements",
    ),
    "harvester-ports": Fact(
        "Harvester, Hardware and Network Requirements, Ports",
        "https://docs.harvesterhci.io/latest/install/requirements",
    ),
    "argocd-clusters": Fact(
        "Argo CD, Declarative Setup, Clusters",
        "https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#clusters",
    ),
    "ceph-ports": Fact(
        "Ceph, Network Configuration Reference",
        "https://docs.ceph.com/en/latest/rados/configuration/network-config-ref/",
    ),
    "maas-ports": Fact(
        "MAAS, Network troubleshooting: Ports and protocols",
        "https://discourse.maas.io/t/network-troubleshooting-ports-and-protocoles/14981",
    ),
    "maas-settings": Fact(
        "MAAS, configuration items, maas_proxy_port", "https://canonical.com/maas/docs/maas"
    ),
    "kubernetes-oidc": Fact(
        "Kubernetes, Authenticating, OpenID Connect Tokens",
        "https://kubernetes.io/docs/reference/access-authn-authz/authentication/"
        "#openid-connect-tokens",
    ),
    "external-secrets": Fact(
        "External Secrets Operator, HashiCorp Vault",
        "https://external-secrets.io/latest/provider/hashicorp-vault/",
    ),
    "external-dns": Fact(
        "ExternalDNS, RFC2136 provider",
        "https://kubernetes-sigs.github.io/external-dns/latest/docs/tutorials/rfc2136/",
    ),
    "cert-manager": Fact(
        "cert-manager, ACME, DNS01", "https://cert-manager.io/docs/configuration/acme/dns01/"
    ),
    "kube-prometheus": Fact(
        "kube-prometheus-stack, values of prometheus-node-exporter",
        "https://github.com/prometheus-community/helm-charts/tree/main/charts/kube-prometheus-stack",
    ),
    "etcd-snapshots": Fact(
        "RKE2, Backup and Restore, S3 Compatible Object Store Support",
        "https://docs.rke2.io/datastore/backup_restore#s3-compatible-object-store-support",
    ),
    "registries": Fact(
        "RKE2, Containerd Registry Configuration",
        "https://docs.rke2.io/install/private_registry",
    ),
    "dns": Fact("RFC 1035 and RFC 7766", "https://www.rfc-editor.org/rfc/rfc7766"),
    "ntp": Fact("RFC 5905", "https://www.rfc-editor.org/rfc/rfc5905"),
    "ssh": Fact(
        "Ansible, Connection methods and details",
        "https://docs.ansible.com/ansible/latest/inventory_guide/connection_details.html",
    ),
    "specification": Fact("This repository's specification", "spec.yaml"),
}
