"""Repositories of a few documents, indexed."""

from pathlib import Path

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.settings import load_settings
from tests.blueprints.check.places import repository


def known(folder: Path, **files: str) -> Cluster:
    """The index over files; `a__b` is the file `a/b.yaml`, `settings` that of the check."""
    names = {
        ".tutela-check.yaml" if name == "settings" else f"{name.replace('__', '/')}.yaml": text
        for name, text in files.items()
    }
    repo = repository(folder, names)
    return cluster.of(repo, load_settings(repo))


POD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME, namespace: team}
spec:
  replicas: 2
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec:
      containers:
        - name: main
          ports: [{name: http, containerPort: 8080}]
          env: ENV
"""


def pod(name: str, env: str = "[]") -> str:
    """A Deployment of a name, with variables."""
    return POD.replace("NAME", name).replace("ENV", env)


SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: team}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}
"""
