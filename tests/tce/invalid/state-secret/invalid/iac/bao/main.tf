terraform {
  required_version = ">= 1.10.0"

  encryption {
    key_provider "openbao" "officers" {
      key_name = "state"
    }

    method "aes_gcm" "officers" {
      keys = key_provider.openbao.officers
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


provider "vault" {
  address = "https://bao.hospital.example.org:8200"
}

resource "vault_policy" "sender" {
  name   = "tce-hospital-sender"
  policy = "path \"tce-hospital-headers/data/objects/*\" { capabilities = [\"create\"] }"
}
