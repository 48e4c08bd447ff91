"""ApplicationSets over clusters."""

from pathlib import Path

import pytest

from blueprints.check.rules import argocd_application_set
from tests.blueprints.check.rules.asking import told

SET = """apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: tds, namespace: argocd}
spec:
  goTemplate: true
  generators:
    - clusters: {selector: {matchLabels: {tutela/environment: tds}}}
  template:
    metadata: {name: "{{ .name }}"}
    spec:
      project: p
      source:
        repoURL: https://x.org/r.git
        path: root
        helm:
          valueFiles: [/clusters/tds/versions.yaml]
          values: |
            cluster: {{ index .metadata.labels "tutela/cluster" | quote }}
            enabled:
              [{{- range $key, $value := .metadata.labels }}
              {{- if hasPrefix "component.tutela/" $key }}{{ $key | quote }},{{ end }}
              {{- end }}]
      destination: {name: "{{ .name }}", namespace: x}
"""
FILES: dict[str, str | bytes] = {
    ".tutela-check.yaml": "version: 1\nrepositories: {'https://x.org/r.git': .}\n",
    "a.yaml": SET,
    "root/values.schema.json": '{"required": ["cluster"], "properties": '
    '{"components": {"additionalProperties": {"pattern": "^[0-9]+[.][0-9]+[.][0-9]+$"}}}}',
    "clusters/tds/versions.yaml": "components:\n  metallb: 0.15.2\n",
    "clusters/production/versions.yaml": "components:\n  metallb: 0.15.2\n",
    "clusters/tds/web/cluster.yaml": "environment: tds\ncluster: web\npools: {a: []}\n",
    "clusters/production/web/cluster.yaml": "environment: production\npools: {a: []}\n",
    "tofu/secret.tf": 'labels = { "argocd.argoproj.io/secret-type" = "cluster", '
    '"tutela/environment" = 1, "tutela/cluster" = 2, "component.tutela/${name}" = 3 }\n',
}


def test_a_set_that_fits_its_clusters_is_not_told(tmp_path: Path) -> None:
    assert told(argocd_application_set, tmp_path, FILES) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "clusters: {selector: {matchLabels: {tutela/environment: tds}}}",
            "clusters: {}",
            "takes every cluster that ArgoCD knows, its own too",
        ),
        ("environment: tds}", "environment: test}", "selects no cluster of this repository by"),
        (
            "{tutela/environment: tds}",
            "{tutela/env: tds}",
            "asks clusters for label tutela/env, which nothing here writes",
        ),
        ('"tutela/cluster"', '"tutela/name"', "label tutela/name, which nothing here writes"),
        ('"component.tutela/"', '"tutela.component/"', "label tutela.component/, which nothing"),
        ("goTemplate: true", "goTemplate: false", "without goTemplate: true"),
        ('metadata: {name: "{{ .name', 'metadata: {name: "{{ .nme', "asks for nme, which no"),
        ("/clusters/tds/", "/clusters/production/", "takes values of other clusters than it"),
    ],
)
def test_what_would_deploy_nothing_or_too_much_is_told(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in SET
    found = told(argocd_application_set, tmp_path, {**FILES, "a.yaml": SET.replace(old, new)})
    assert any(said in one for one in found), found


def test_versions_of_another_environment_than_the_rendered_one_fit_too(tmp_path: Path) -> None:
    files = {**FILES, "clusters/tds/versions.yaml": 'components:\n  metallb: "0.15"\n'}
    (one,) = told(argocd_application_set, tmp_path, files)
    assert one.startswith("clusters/tds/versions.yaml:2: components.metallb")


def test_labels_are_not_judged_where_nothing_here_registers_clusters(tmp_path: Path) -> None:
    files = {path: text for path, text in FILES.items() if not path.endswith(".tf")}
    text = SET.replace('"tutela/cluster"', '"tutela/name"')
    assert told(argocd_application_set, tmp_path, {**files, "a.yaml": text}) == []


def test_sets_over_other_things_are_left_alone(tmp_path: Path) -> None:
    text = SET.replace(
        "- clusters: {selector: {matchLabels: {tutela/environment: tds}}}",
        "- list: {elements: [{nme: a}]}",
    ).replace("{{ .name }}", "{{ .nme }}")
    assert told(argocd_application_set, tmp_path, {**FILES, "a.yaml": text}) == []
