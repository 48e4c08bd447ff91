locals {
  data = yamldecode(file("${get_terragrunt_dir()}/../cluster.yaml"))
}

remote_state {
  backend = "s3"
  generate = {
    path      = "backend.tf"
    if_exists = "overwrite_terragrunt"
  }
  config = {
    bucket       = "state"
    key          = local.data.state[basename(get_terragrunt_dir())]
    region       = "zurich"
    encrypt      = true
    use_lockfile = true
  }
}

generate "versions" {
  path      = "versions_override.tf"
  if_exists = "overwrite_terragrunt"
  contents  = <<-EOT
    terraform {
      required_version = ">= 1.10.0"
    }
  EOT
}
