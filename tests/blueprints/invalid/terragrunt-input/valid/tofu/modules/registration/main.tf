terraform {
  required_version = ">= 1.10.0"
}

variable "cluster" {
  type        = string
  description = "What stands for the cluster."
  nullable    = false
}

resource "terraform_data" "registration" {
  input = var.cluster
}
