terraform {
  required_version = ">= 1.10.0"

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

  required_providers {
    vault = {
      source  = "hashicorp/vault"
      version = "~> 5.0"
    }
  }

  backend "local" {
    path = "bao.tfstate"
  }
}

variable "state_passphrase" {
  description = "what state and plan are encrypted with"
  type        = string
  nullable    = false
  sensitive   = true
}

provider "vault" {
  address = "https://bao.hospital.example.org:8200"
}

resource "vault_policy" "sender" {
  name   = "tce-hospital-sender"
  policy = "path \"tce-hospital-headers/data/objects/*\" { capabilities = [\"create\"] }"
}
