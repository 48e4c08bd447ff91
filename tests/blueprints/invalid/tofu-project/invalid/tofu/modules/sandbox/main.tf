terraform {
  required_version = ">= 1.10.0"
}

variable "project" {
  type        = string
  description = "Name of the project."
  nullable    = false
}

output "project" {
  description = "Name of the project."
  value       = var.project
}
