include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/tofu/modules/cluster"
}

locals {
  data = yamldecode(file("${get_terragrunt_dir()}/../../two/cluster.yaml"))
}

inputs = {
  name  = local.data.name
  nodes = 3
}
