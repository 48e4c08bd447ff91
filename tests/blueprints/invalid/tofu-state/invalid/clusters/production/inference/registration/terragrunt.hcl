include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/tofu/modules/registration"
}

dependency "cluster" {
  config_path = "../cluster"

  mock_outputs                            = { id = "invented" }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  cluster = dependency.cluster.outputs.id
}
