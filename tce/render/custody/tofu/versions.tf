# What `tutela tce keys apply` does by itself, for institutions that keep their OpenBao in OpenTofu:
# everything here is read from keys/custody.yaml and keys/policies. Take one of the two ways.
#
#   cd iac/bao
#   read -rs TF_VAR_state_passphrase && export TF_VAR_state_passphrase
#   tofu init && tofu plan -out plan.tfplan
#
# Needs in the environment: VAULT_TOKEN, and VAULT_CACERT where systems do not know the authority.
terraform {
  required_version = ">= 1.10.0"

  required_providers {
    vault = {
      source  = "hashicorp/vault"
      version = "~> 5.0"
    }
  }

  # The officers' own, in no repository. Nothing is lost with it: what it says is in OpenBao.
  backend "local" {
    path = "bao.tfstate"
  }

  # By a passphrase of the officers', or by the institution's own key service: not by this OpenBao.
  # Who builds it again after a loss would need it before it is there.
  encryption {
    key_provider "pbkdf2" "officers" {
      passphrase = var.state_passphrase
    }

    method "aes_gcm" "officers" {
      keys = key_provider.pbkdf2.officers
    }

    state {
      method   = method.aes_gcm.officers
      enforced = true
    }

    plan {
      method   = method.aes_gcm.officers
      enforced = true
    }
  }
}

variable "state_passphrase" {
  description = "what state and plan are encrypted with: 16 characters or more"
  type        = string
  nullable    = false
  sensitive   = true
}

locals {
  custody  = yamldecode(file("${path.module}/../../keys/custody.yaml"))
  policies = "${path.module}/../../keys/policies"
}

provider "vault" {
  address = local.custody.server

  # Tokens of this run are OpenBao's to limit, not children of the one that was given.
  skip_child_token = true
}
