terraform {
  required_version = ">= 1.8"

  backend "s3" {
    bucket       = "platform-state"
    key          = "tofu/terraform.tfstate"
    region       = "us-east-1"
    use_lockfile = true
  }
}

variable "members" {
  description = "How many there are."
  type        = number
  nullable    = false
}

output "members" {
  description = "How many there are."
  value       = lowr(format("%d", var.members))
}
