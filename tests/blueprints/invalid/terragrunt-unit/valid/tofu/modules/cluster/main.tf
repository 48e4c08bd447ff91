terraform {
  required_version = ">= 1.10.0"
}

variable "name" {
  type        = string
  description = "Name of the cluster."
  nullable    = false
}

variable "nodes" {
  type        = number
  description = "How many there are."
  nullable    = false
  default     = 3
}

resource "terraform_data" "cluster" {
  input = {
    name  = var.name
    nodes = var.nodes
  }
}

output "id" {
  value       = terraform_data.cluster.id
  description = "What stands for the cluster."
}
