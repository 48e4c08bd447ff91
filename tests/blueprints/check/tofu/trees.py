"""A small repository of Terragrunt's units, for tests."""

from __future__ import annotations

from pathlib import Path

from blueprints.check.repository import Repository

ROOT = """\
locals {
  data = yamldecode(file("${get_terragrunt_dir()}/../cluster.yaml"))
}

remote_state {
  backend = "s3"
  config = {
    bucket  = "state"
    key     = local.data.state[basename(get_terragrunt_dir())]
    encrypt = true
  }
}

inputs = {
  region = "zurich"
  name   = "of the root"
}
"""
CLUSTER = """\
include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/modules//cluster"
}

locals {
  data = yamldecode(file("../cluster.yaml"))
}

inputs = {
  name  = local.data.name
  pools = local.data.pools
}
"""
REGISTRATION = """\
include "root" {
  path   = find_in_parent_folders("root.hcl")
  expose = true
}

terraform {
  source = "../../../modules/registration"
}

dependency "cluster" {
  config_path  = "../cluster"
  mock_outputs = { id = "invented" }
}

inputs = {
  id   = dependency.cluster.outputs.id
  name = include.root.locals.data.name
}
"""
DATA = """\
name: production-inference
state: {cluster: a/cluster.tfstate, registration: a/registration.tfstate}
pools:
- {name: master, role: master, count: 3}
- {name: baseline, role: worker, count: 4}
"""
MODULE = """\
variable "name" {
  type = string
}

variable "pools" {
  type = list(object({ name = string, role = string, count = number }))
}

variable "network" {
  type    = string
  default = "cilium"
}

locals {
  server = {
    cni                = var.network
    disable-kube-proxy = var.network == "cilium"
  }
}

resource "rancher2_cluster_v2" "cluster" {
  name               = var.name
  kubernetes_version = "v1.33.5+rke2r1"

  rke_config {
    machine_global_config = yamlencode(merge(local.server, { profile = "cis" }))
    chart_values          = yamlencode({ rke2-cilium = { kubeProxyReplacement = true } })

    dynamic "machine_pools" {
      for_each = var.pools
      content {
        name      = machine_pools.value.name
        quantity  = machine_pools.value.count
        etcd_role = machine_pools.value.role == "master"
      }
    }

    machine_selector_config {
      config = yamlencode({ kubelet-arg = ["a=b"] })

      machine_label_selector {
        match_labels = { hpc = "true" }
      }
    }
  }
}
"""
HERE = "clusters/inference"
FILES = {
    "root.hcl": ROOT,
    f"{HERE}/cluster.yaml": DATA,
    f"{HERE}/cluster/terragrunt.hcl": CLUSTER,
    f"{HERE}/registration/terragrunt.hcl": REGISTRATION,
    "modules/cluster/main.tf": MODULE,
    "modules/registration/main.tf": 'variable "id" {\n  type = string\n}\n',
}


def repository(folder: Path, **changed: str) -> Repository:
    """The repository with some files otherwise; names of files have `__` for `/`."""
    files = FILES | {name.replace("__", "/"): text for name, text in changed.items()}
    return written(folder, files)


def written(folder: Path, files: dict[str, str]) -> Repository:
    """A repository of these files."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return Repository(folder)
