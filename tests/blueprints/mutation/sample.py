"""A small repository with something of everything, to try operators and the normal form on."""

from pathlib import Path

FILES = {
    "projects/a/app.yaml": """\
# An application.
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: a
  labels: {app.kubernetes.io/name: web}
spec:
  selector: {matchLabels: {app.kubernetes.io/name: web}}
  template:
    metadata: {labels: {app.kubernetes.io/name: web}}
    spec:
      containers:
        - name: web
          image: web@sha256:1111111111111111111111111111111111111111111111111111111111111111
          ports: [{name: http, containerPort: 8000}]
          env:
            - {name: URL, value: "http://db:5432/x"}
            - {name: MODE, value: "yes"}
          resources:
            limits: {cpu: 500m, memory: 1Gi}
          readinessProbe: {httpGet: {port: http}}
          securityContext:
            allowPrivilegeEscalation: false
            capabilities: {drop: [ALL]}
          volumeMounts: [{name: config, mountPath: /etc/web, readOnly: true}]
      volumes: [{name: config, configMap: {name: web}}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: a}
spec:
  selector: {app.kubernetes.io/name: web}
  ports: [{port: 80, targetPort: 8000}]
""",
    "projects/a/config.yaml": """\
---
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: a}
data:
  mode: "012"
  app.yaml: |
    upstream: http://db:5432
    limits: {tokens: 10}
  settings.json: '{"a": [1, 2], "on": "1e3"}'
  start.sh: |
    #!/bin/sh
    exec web --port 8000
""",
    "projects/a/tenancy.yaml": """\
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: a}
rules:
  - {apiGroups: [""], resources: [pods, services], verbs: [get, list]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader, namespace: a}
roleRef: {kind: Role, name: reader}
subjects: [{kind: Group, name: "a:members"}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: dns, namespace: a}
spec:
  podSelector: {}
  egress:
    - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]
      ports: [{port: 53, protocol: UDP}, {port: 53}]
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: quota, namespace: a}
spec: {hard: {requests.cpu: "16", requests.memory: 64Gi}}
---
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: a, namespace: argocd}
spec:
  sourceRepos: ["https://git.example.ch/a/a.git"]
  destinations: [{server: "https://kubernetes.default.svc", namespace: a}]
  roles:
    - name: admins
      groups: ["a:admins"]
      policies: ["p, proj:a:admins, applications, sync, a/*, allow"]
""",
    ".github/workflows/check.yaml": """\
---
name: check
"on":
  pull_request: {branches: [main]}
permissions: {contents: read}
jobs:
  check:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@1111111111111111111111111111111111111111
      - run: |
          tutela check .
          echo done
""",
    "tofu/a/main.tf": """\
# One project.
terraform {
  required_version = ">= 1.6"

  required_providers {
    github = {
      source  = "integrations/github"
      version = "~> 6.0"
    }
  }
}

variable "members" {
  type    = map(string)
  default = {}
}

resource "github_repository" "this" {
  name       = "a"
  visibility = "private"
  topics     = ["a", "b"]
}

resource "github_team_repository" "members" {
  for_each   = var.members
  repository = github_repository.this.name
  permission = "push"
  note       = <<-EOT
    key = ${each.key}
  EOT
}

module "sandbox" {
  source  = "../modules/sandbox"
  members = var.members
}
""",
    "chart/values.yaml": """\
---
image: {repository: registry.example.ch/web, digest: "sha256:22"}
replicas: 2
securityContext: {runAsNonRoot: true}
""",
    "chart/templates/web.yaml": "kind: {{ .Values.kind }}\n",
    "settings.json": '{"a": {"b": [1, true, null]}, "c": "d"}\n',
}


def made(folder: Path) -> Path:
    """The repository, in a folder."""
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder
