"""Models that a Git repository deploys: Kubernetes manifests, Helm values and charts, scripts.

Nothing is rendered, run or fetched. What is read of a file is text; what stands where a model is
named is a claim. More is claimed rather than less: a name that is no model keeps nothing.
"""
