"""How secrets are recognised, in files, in Kubernetes objects, and in the history of Git.

What is found is named by its kind and place; its value is never part of what is said.
"""
