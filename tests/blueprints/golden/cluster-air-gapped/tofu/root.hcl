# What every unit has in common. A unit's state lies where cluster.yaml says, never where its folder
# is. Needs in the environment: BAO_TOKEN (may ask the transit engine for datakey/plaintext/KEY and
# decrypt/KEY), AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (the bucket), RANCHER_TOKEN_KEY; for
# registration ARGOCD_KUBECONFIG (a file), for machines MAAS_API_KEY.

terraform_binary              = "tofu"
terraform_version_constraint  = ">= 1.10.0"
terragrunt_version_constraint = ">= 0.77.0"

locals {
  unit    = basename(get_terragrunt_dir())
  cluster = yamldecode(file("${get_terragrunt_dir()}/../cluster.yaml"))
  site    = yamldecode(file("${get_terragrunt_dir()}/../../../site.yaml"))
}

generate "state" {
  path      = "state.tf"
  if_exists = "overwrite_terragrunt"
  contents  = <<-EOT
    terraform {
      backend "s3" {
        bucket                      = "${local.site.state.bucket}"
        key                         = "${local.cluster.state[local.unit]}"
        region                      = "${local.site.state.region}"
        endpoints                   = { s3 = "${local.site.state.endpoint}" }
        use_path_style              = true
        use_lockfile                = true
        skip_credentials_validation = true
        skip_metadata_api_check     = true
        skip_region_validation      = true
        skip_requesting_account_id  = true
        skip_s3_checksum            = true
      }

      encryption {
        key_provider "openbao" "state" {
          address             = "${local.site.state.server}"
          transit_engine_path = "/${local.site.state.transit}"
          key_name            = "${local.site.state.key}"
        }

        method "aes_gcm" "state" {
          keys = key_provider.openbao.state
        }

        state {
          method   = method.aes_gcm.state
          enforced = true
        }

        plan {
          method   = method.aes_gcm.state
          enforced = true
        }
      }
    }
  EOT
}

terraform {
  copy_terraform_lock_file = false

  extra_arguments "locked" {
    commands  = ["init"]
    arguments = ["-input=false", "-lockfile=readonly"]
  }
}
