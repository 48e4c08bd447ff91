terraform {
  required_version = ">= 1.10.0"

  backend "s3" {
    bucket       = "state"
    key          = "state.tfstate"
    region       = "us-east-1"
    use_lockfile = true
  }

  required_providers {
    github = {
      source  = "integrations/github"
      version = "~> 6.0"
    }
  }
}

provider "github" {
  owner = "institute"
}

resource "github_repository" "project" {
  name               = "project"
  description        = "One project."
  visibility         = "private"
  archive_on_destroy = true
}
