terraform {
  required_version = ">= 1.10.0"

  backend "s3" {
    bucket       = "state"
    key          = "projects/a.tfstate"
    region       = "us-east-1"
    use_lockfile = true
  }

  required_providers {
    vault = {
      source  = "hashicorp/vault"
      version = "~> 5.0"
    }
  }
}

provider "vault" {
  address = "https://vault.example.org"
}

resource "vault_policy" "project" {
  name   = "b"
  policy = "path \"secret/data/b/*\" { capabilities = [\"read\"] }"
}
