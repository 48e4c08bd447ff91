"""``argocd/environments``: for each environment, what makes an app of apps for each cluster.

The ApplicationSet selects clusters by the labels that OpenTofu wrote when it registered them, and
hands them on. A generator that is empty for a moment (a label lost, a Secret written anew) deletes
nothing: ``applicationsSync: create-update`` never deletes an Application, and
``preserveResourcesOnDeletion`` keeps what an Application made when somebody else deletes it.
Source: ArgoCD's manual, "Controlling if/when the ApplicationSet controller modifies Application
resources", and argo-cd#16721.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.kinds.cluster.documents.projects import PART, ROOTS
from blueprints.kinds.cluster.documents.root import FOLDER
from blueprints.parts.argocd import API, IN_CLUSTER
from blueprints.parts.manifests import Document, manifest, yaml_file

if TYPE_CHECKING:
    from blueprints.kinds.cluster.spec import Environment, Specification

LABEL_ENVIRONMENT = "tutela/environment"
LABEL_CLUSTER = "tutela/cluster"
LABEL_COMPONENT = "component.tutela/"
ENABLED = "enabled"
_VALUES = f"""\
name: {{{{ .name | quote }}}}
environment: {{{{ index .metadata.labels "{LABEL_ENVIRONMENT}" | quote }}}}
cluster: {{{{ index .metadata.labels "{LABEL_CLUSTER}" | quote }}}}
enabled:
  [
  {{{{- range $key, $value := .metadata.labels }}}}
  {{{{- if and (hasPrefix "{LABEL_COMPONENT}" $key) (eq $value "{ENABLED}") }}}}
    {{{{ trimPrefix "{LABEL_COMPONENT}" $key | quote }}}},
  {{{{- end }}}}
  {{{{- end }}}}
  ]
"""


def files(spec: "Specification") -> Iterator[File]:
    """One file for each environment."""
    for environment in spec.environments:
        yield yaml_file(
            f"argocd/environments/{environment}.yaml", [application_set(spec, environment)]
        )


def application_set(spec: "Specification", environment: "Environment") -> Document:
    """An app of apps for each cluster of an environment."""
    site = spec.site
    return manifest(
        API,
        "ApplicationSet",
        environment,
        namespace=site.argocd.namespace,
        part_of=PART,
        component="argocd",
        spec={
            "goTemplate": True,
            "goTemplateOptions": ["missingkey=error"],
            "generators": [
                {
                    "clusters": {
                        "selector": {"matchLabels": {LABEL_ENVIRONMENT: environment}},
                    }
                }
            ],
            "syncPolicy": {
                "applicationsSync": "create-update",
                "preserveResourcesOnDeletion": True,
            },
            "template": {
                "metadata": {
                    "name": "{{ .name }}",
                    "labels": {
                        "app.kubernetes.io/part-of": PART,
                        "app.kubernetes.io/component": "argocd",
                        "app.kubernetes.io/managed-by": "tutela",
                        LABEL_ENVIRONMENT: environment,
                    },
                    "annotations": {"tutela/on-delete": "keep"},
                },
                "spec": {
                    "project": ROOTS,
                    "source": {
                        "repoURL": site.git.repository,
                        "targetRevision": site.git.branch,
                        "path": FOLDER,
                        "helm": {
                            "releaseName": "{{ .name }}",
                            "valueFiles": [f"/clusters/{environment}/versions.yaml"],
                            "values": _VALUES,
                        },
                    },
                    "destination": {"server": IN_CLUSTER, "namespace": site.argocd.namespace},
                    "revisionHistoryLimit": 5,
                    "syncPolicy": {
                        "automated": {"prune": False, "selfHeal": True, "allowEmpty": False},
                        "syncOptions": ["FailOnSharedResource=true", "ServerSideApply=true"],
                        "retry": {
                            "limit": 10,
                            "backoff": {"duration": "10s", "factor": 2, "maxDuration": "5m"},
                        },
                    },
                },
            },
        },
    )
