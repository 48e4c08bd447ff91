"""Mistakes in OpenTofu's code that people make, and what is said of each."""

from __future__ import annotations

from dataclasses import dataclass

from tests.blueprints.kinds.cluster.tofu import files


@dataclass(frozen=True)
class Mutant:
    """One text in place of another, in one file below ``tofu/``."""

    file: str
    old: str
    new: str
    terraform: str
    """Among what `terraform validate` says; "" where it finds nothing wrong."""
    rule: str = "tofu-argument"
    """Which of `tutela check`'s rules finds it."""

    @property
    def path(self) -> str:
        """The file, from the top of the repository."""
        return f"tofu/{self.file}" if self.file == "root.hcl" else f"tofu/modules/{self.file}"

    def files(self) -> dict[str, str]:
        """The repository with the mistake in it."""
        text = files()[self.path]
        assert text.count(self.old) >= 1, f"{self.old} is not in {self.path}"
        return {**files(), self.path: text.replace(self.old, self.new, 1)}


_UNSUPPORTED = "Unsupported argument"
_BLOCK = "Unsupported block type"
_TYPE = "Incorrect attribute value type"
_NAME = "Reference to undeclared"

MUTANTS = {
    "misspelt argument of a cluster": Mutant(
        "cluster/cluster.tf", "kubernetes_version ", "kubernetes_versoin ", _UNSUPPORTED
    ),
    "misspelt argument of a pool": Mutant(
        "cluster/cluster.tf", "etcd_role ", "etcd_rol ", _UNSUPPORTED
    ),
    "argument in the wrong block": Mutant(
        "cluster/cluster.tf", "snapshot_retention ", "worker_concurrency ", _UNSUPPORTED
    ),
    "misspelt argument of a machine": Mutant(
        "cluster/machines.tf", "vm_namespace", "vm_namespaces", _UNSUPPORTED
    ),
    "misspelt argument of vSphere": Mutant(
        "cluster/machines.tf", "clone_from", "clone_form", _UNSUPPORTED
    ),
    "misspelt block": Mutant("cluster/cluster.tf", "machine_config {", "machine_confg {", _BLOCK),
    "misspelt dynamic block": Mutant(
        "cluster/cluster.tf", '"machine_pools"', '"machine_pool"', _BLOCK
    ),
    "misspelt argument of an owner": Mutant(
        "cluster/owners.tf", "group_principal_id", "group_principle_id", _UNSUPPORTED
    ),
    "misspelt argument of a provider": Mutant(
        "cluster/providers.tf", "api_url", "api_uri", _UNSUPPORTED
    ),
    "misspelt argument of a data source": Mutant(
        "cluster/machines.tf", "  name     = each.value", "  nam      = each.value", _UNSUPPORTED
    ),
    "text for a number": Mutant("cluster/cluster.tf", "= 28", '= "many"', _TYPE),
    "list for a text": Mutant("cluster/cluster.tf", '= "10%"', '= ["10%"]', _TYPE),
    "text for a flag": Mutant(
        "cluster/cluster.tf", "enable_network_policy = false", 'enable_network_policy = "no"', _TYPE
    ),
    "text for a list": Mutant(
        "cluster/machines.tf", '["disk.enableUUID=TRUE"]', '"disk.enableUUID=TRUE"', _TYPE
    ),
    "missing argument": Mutant(
        "cluster/owners.tf",
        "  cluster_id         = rancher2_cluster_v2.cluster.cluster_v1_id\n",
        "",
        "Missing required argument",
    ),
    "missing block": Mutant(
        "registration/account.tf",
        'metadata {\n    name      = "argocd-manager"\n    namespace = "kube-system"\n  }\n',
        "",
        "Insufficient metadata blocks",
    ),
    "undeclared variable": Mutant(
        "cluster/settings.tf", "var.ranges.pods", "var.range.pods", _NAME, "hcl-references"
    ),
    "undeclared local": Mutant(
        "cluster/cluster.tf", "local.air_gap", "local.airgap", _NAME, "hcl-references"
    ),
    "undeclared resource": Mutant(
        "cluster/outputs.tf",
        "rancher2_cluster_v2.cluster.",
        "rancher2_cluster_v2.clusters.",
        _NAME,
        "hcl-references",
    ),
    "attribute that a cluster has not": Mutant(
        "cluster/outputs.tf", "cluster_v1_id", "cluster_id", "Unsupported attribute"
    ),
    "misspelt argument of a Secret": Mutant(
        "registration/argocd.tf", "namespace ", "namespaces ", _UNSUPPORTED
    ),
    "misspelt argument of a role": Mutant(
        "registration/account.tf", "api_groups", "api_group", _UNSUPPORTED
    ),
    "undeclared variable of a Secret": Mutant(
        "registration/argocd.tf", "var.server", "var.servers", _NAME, "hcl-references"
    ),
    "misspelt argument of a server": Mutant(
        "machines/machines.tf", "subnet_cidr", "subnet", _UNSUPPORTED
    ),
    "text for a flag of a server": Mutant(
        "machines/machines.tf", "erase       = true", 'erase       = "all"', _TYPE
    ),
    "undeclared variable of a server": Mutant(
        "machines/machines.tf", "var.maas.image", "var.mass.image", _NAME, "hcl-references"
    ),
}


OPEN = {
    "state that may be plain text": Mutant("root.hcl", "enforced = true", "enforced = false", ""),
    "state without a key": Mutant("root.hcl", "key_provider.openbao.", "key_provider.vault.", ""),
    "state that somebody else's file decides": Mutant(
        "root.hcl", "overwrite_terragrunt", "skip", ""
    ),
    "two runs at once": Mutant("root.hcl", "use_lockfile                = true", "", ""),
    "clusters that are deleted": Mutant(
        "cluster/cluster.tf", "prevent_destroy = true", "prevent_destroy = false", ""
    ),
    "viewers that own": Mutant(
        "cluster/owners.tf", "rancher2_role_template.viewer.id", '"cluster-owner"', ""
    ),
    "viewers that delete": Mutant("cluster/owners.tf", '"watch"]', '"watch", "delete"]', ""),
    "viewers that read secrets": Mutant("cluster/owners.tf", '"pods/log"', '"secrets"', ""),
    "viewers that own by Kubernetes": Mutant(
        "registration/owners.tf", 'viewers = "view"', 'viewers = "cluster-admin"', ""
    ),
    "ArgoCD as anybody": Mutant(
        "registration/account.tf", '"deletecollection"', '"impersonate"', ""
    ),
    "ArgoCD that trusts any server": Mutant(
        "registration/argocd.tf", "insecure = false", "insecure = true", ""
    ),
    "a cluster that ArgoCD does not see": Mutant(
        "registration/argocd.tf", '"argocd.argoproj.io/secret-type" = "cluster"', "", ""
    ),
    "a token that plans show": Mutant(
        "registration/variables.tf", "sensitive   = true", "sensitive   = false", ""
    ),
    "a disk without an image": Mutant("cluster/machines.tf", "imageName", "image", ""),
    "no snapshots of etcd": Mutant(
        "cluster/cluster.tf", "disable_snapshots      = false", "disable_snapshots      = true", ""
    ),
}
"""What Terraform takes, and the check does not."""
