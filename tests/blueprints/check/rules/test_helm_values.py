"""Values that a chart does not know."""

from pathlib import Path

from blueprints.check.rules import helm_values
from tests.blueprints.check.rules.asking import told

CHART: dict[str, str | bytes] = {
    "c/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n",
    "c/values.yaml": "name: a\nmodel:\n  gpus: 1\nextra: {}\n",
    "c/values.schema.json": '{"properties": {"model": {"properties":'
    ' {"gpus": {"type": "integer"}}}}}',
    "c/.helmignore": "values.schema.json\n",
    "c/templates/a.yaml": "a: {{ .Values.name }}\n",
    ".tutela-check.yaml": "version: 1\nrepositories: {'https://x.org/r.git': .}\n",
}
APPLICATION = """apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: a, namespace: x}
spec:
  source:
    repoURL: https://x.org/r.git
    path: c
    helm:
      valuesObject:
        name: b
        model:
          gpus: 2
        extra: {anything: 1}
"""


def test_values_that_fit_are_not_told(tmp_path: Path) -> None:
    assert told(helm_values, tmp_path, {**CHART, "a.yaml": APPLICATION}) == []


def test_a_key_that_the_chart_does_not_have_is_told_where_it_stands(tmp_path: Path) -> None:
    text = APPLICATION.replace("gpus: 2", "gpu: 2").replace("name: b", "nmae: b")
    assert told(helm_values, tmp_path, {**CHART, "a.yaml": text}) == [
        "a.yaml:10: the chart knows no value nmae",
        "a.yaml:12: the chart knows no value model.gpu",
    ]


def test_the_charts_schema_counts_though_helm_ignores_it(tmp_path: Path) -> None:
    values = "name: a\nmodel:\n  gpus: four\nextra: {}\n"
    assert told(helm_values, tmp_path, {**CHART, "c/values.yaml": values}) == [
        'c/values.yaml:3: model.gpus is "four"; it has to be a whole number'
    ]


def test_a_schema_that_is_none_is_told(tmp_path: Path) -> None:
    (one,) = told(helm_values, tmp_path, {**CHART, "c/values.schema.json": '{"type": 3}'})
    assert one.startswith("c/values.schema.json:0: is no JSON schema: ")


def test_a_schema_is_not_fetched_from_elsewhere(tmp_path: Path) -> None:
    schema = '{"$ref": "https://example.org/schema.json"}'
    (one,) = told(helm_values, tmp_path, {**CHART, "c/values.schema.json": schema})
    assert "is no JSON schema" in one


OF_A_CLUSTER = """apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: a, namespace: x}
spec:
  source:
    repoURL: https://x.org/r.git
    path: c
    helm:
      valueFiles: [/clusters/tds/versions.yaml, /clusters/tds/one/values/c.yaml]
"""
CLUSTERS: dict[str, str | bytes] = {
    **CHART,
    "a.yaml": OF_A_CLUSTER,
    "clusters/tds/versions.yaml": "extra: {}\n",
    "clusters/production/versions.yaml": "extra: {}\n",
    "clusters/tds/one/cluster.yaml": "pools: {virtual: []}\n",
    "clusters/production/one/cluster.yaml": "pools: {virtual: []}\n",
    "clusters/production/two/cluster.yaml": "pools: {virtual: []}\n",
    "clusters/tds/one/values/c.yaml": "model: {gpus: 1}\n",
    "clusters/production/one/values/c.yaml": "model: {gpus: 2}\n",
}


def test_values_of_other_clusters_are_judged_as_those_of_the_first(tmp_path: Path) -> None:
    assert told(helm_values, tmp_path, CLUSTERS) == []


def test_a_key_that_the_chart_does_not_have_is_told_of_every_cluster(tmp_path: Path) -> None:
    files = {**CLUSTERS, "clusters/production/one/values/c.yaml": "model: {gpu: 2}\n"}
    assert told(helm_values, tmp_path, files) == [
        "clusters/production/one/values/c.yaml:1: the chart knows no value model.gpu"
    ]


def test_a_value_of_another_cluster_has_to_fit_the_schema(tmp_path: Path) -> None:
    files = {**CLUSTERS, "clusters/production/one/values/c.yaml": "model: {gpus: two}\n"}
    assert told(helm_values, tmp_path, files) == [
        'clusters/production/one/values/c.yaml:1: model.gpus is "two"; it has to be a whole number'
    ]


def test_values_beside_the_clusters_are_those_of_their_own_environment(tmp_path: Path) -> None:
    files = {**CLUSTERS, "clusters/production/versions.yaml": "versions: {}\n"}
    assert told(helm_values, tmp_path, files) == [
        "clusters/production/versions.yaml:1: the chart knows no value versions"
    ]
