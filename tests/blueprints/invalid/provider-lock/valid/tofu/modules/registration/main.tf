terraform {
  required_version = ">= 1.10.0"
  required_providers {
    vault = {
      source  = "hashicorp/vault"
      version = "~> 5.0"
    }
  }
}

variable "cluster" {
  type        = string
  description = "What stands for the cluster."
  nullable    = false
}

resource "terraform_data" "registration" {
  input = var.cluster
}

resource "vault_policy" "reader" {
  name   = var.cluster
  policy = "path \"secret/data/clusters/*\" { capabilities = [\"read\"] }"
}
