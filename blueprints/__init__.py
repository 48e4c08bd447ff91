"""From a specification to a GitOps repository, and the readers of shared file formats."""
