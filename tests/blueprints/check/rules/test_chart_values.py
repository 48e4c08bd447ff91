"""Values for charts of others."""

from pathlib import Path

import pytest

from blueprints.check.rules import chart_values
from tests.blueprints.check.rules.asking import not_checked, told

SETTINGS = "version: 1\nrepositories: {'https://x.org/r.git': .}\n"
CLUSTER = "name: {0}\nenvironment: {1}\ncluster: web\npools: {{virtual: []}}\n"


def application(chart: str, file: str, revision: str = "0.15.2") -> str:
    return f"""apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: a, namespace: argocd, labels: {{tutela/component: {chart}}}}}
spec:
  project: p
  sources:
    - repoURL: https://charts.example.org/x
      chart: {chart}
      targetRevision: "{revision}"
      helm: {{valueFiles: [$values/{file}]}}
    - {{repoURL: https://x.org/r.git, targetRevision: main, ref: values}}
"""


def files(values: str, chart: str = "metallb", revision: str = "0.15.2") -> dict[str, str | bytes]:
    return {
        ".tutela-check.yaml": SETTINGS,
        "a.yaml": application(chart, "v.yaml", revision),
        "v.yaml": values,
    }


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ("speaker: {frr: {enabled: false}}\n", []),
        ("speaker: {frr: {enabled: null}}\n", []),
        ("speaker: {somethingElse: 1}\n", []),
        ("frrK8s: {enabled: false}\n", ["v.yaml:1: chart metallb: it knows no value frrK8s"]),
        (
            "a: 1\nspeakers: {}\n",
            [
                "v.yaml:1: chart metallb: it knows no value a",
                "v.yaml:2: chart metallb: it knows no value speakers",
            ],
        ),
        (
            "speaker:\n  toleration: []\n",
            ["v.yaml:2: chart metallb: it knows no value speaker.toleration"],
        ),
        (
            "crds:\n  enabled: 'yes'\n",
            ["v.yaml:2: chart metallb: crds.enabled has to be true or false"],
        ),
        (
            "crds:\n  validationFailurePolicy: fail\n",
            ["v.yaml:2: chart metallb: crds.validationFailurePolicy has to be one of Fail, Ignore"],
        ),
        ("crds: true\n", ["v.yaml:1: chart metallb: crds has to be a mapping"]),
        ("imagePullSecrets: a\n", ["v.yaml:1: chart metallb: imagePullSecrets has to be a list"]),
    ],
)
def test_a_value_is_one_that_the_chart_knows(tmp_path: Path, values: str, said: list[str]) -> None:
    assert told(chart_values, tmp_path, files(values)) == said


@pytest.mark.parametrize(
    ("revision", "said"),
    [
        ("v1.14.7", []),
        (
            "v1.15.0",
            [
                "v.yaml:1: chart cert-manager: installCRDs is no value of its version v1.15.0 "
                "(since 1.15.0)"
            ],
        ),
        (
            "1.18.2",
            [
                "v.yaml:1: chart cert-manager: installCRDs is no value of its version 1.18.2 "
                "(since 1.15.0)"
            ],
        ),
    ],
)
def test_a_renamed_key_is_told_from_its_version_on(
    tmp_path: Path, revision: str, said: list[str]
) -> None:
    assert (
        told(chart_values, tmp_path, files("installCRDs: true\n", "cert-manager", revision)) == said
    )


def test_a_key_whose_form_changed_is_told_in_its_old_form_only(tmp_path: Path) -> None:
    old = told(chart_values, tmp_path / "a", files("provider: rfc2136\n", "external-dns", "1.19.0"))
    assert old == [
        "v.yaml:1: chart external-dns: provider is no value of its version 1.19.0 (since 1.14.0)"
    ]
    new = files("provider: {name: rfc2136}\n", "external-dns", "1.19.0")
    assert told(chart_values, tmp_path / "b", new) == []


def test_the_same_file_of_every_other_cluster_is_looked_at(tmp_path: Path) -> None:
    several: dict[str, str | bytes] = {
        ".tutela-check.yaml": SETTINGS,
        "a.yaml": application("cert-manager", "clusters/tds/web/values/c.yaml", "0.0.0"),
        "clusters/tds/versions.yaml": "components: {cert-manager: v1.14.0}\n",
        "clusters/production/versions.yaml": "components: {cert-manager: v1.18.2}\n",
    }
    for environment in ("tds", "production"):
        folder = f"clusters/{environment}/web"
        several[f"{folder}/cluster.yaml"] = CLUSTER.format(f"{environment}-web", environment)
        several[f"{folder}/values/c.yaml"] = "installCRDs: true\n"
    assert told(chart_values, tmp_path, several) == [
        "clusters/production/web/values/c.yaml:1: chart cert-manager: installCRDs is no value of "
        "its version v1.18.2 (since 1.15.0)"
    ]


def test_values_in_an_application_are_told_where_they_stand(tmp_path: Path) -> None:
    text = """apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: a, namespace: argocd}
spec:
  source:
    repoURL: https://charts.example.org/x
    chart: metallb
    targetRevision: 0.15.2
    helm:
      valuesObject:
        crds:
          enable: true
"""
    assert told(chart_values, tmp_path, {"a.yaml": text}) == [
        "a.yaml:12: chart metallb: it knows no value crds.enable"
    ]


def test_a_chart_that_nobody_wrote_down_is_not_checked(tmp_path: Path) -> None:
    assert not_checked(chart_values, tmp_path, files("a: 1\n", "gitea")) == [
        "no values of chart gitea are known"
    ]


def test_what_a_cluster_leaves_to_the_charts_example_is_told(tmp_path: Path) -> None:
    several: dict[str, str | bytes] = {
        ".tutela-check.yaml": SETTINGS,
        "c/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n",
        "c/values.yaml": "a: 1\nversion: 1\n",
        "c/values.schema.json": '{"required": ["a", "version"]}',
        "c/templates/a.yaml": "a: {{ .Values.a }}\n",
        "a.yaml": """apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: a, namespace: argocd}
spec:
  source:
    repoURL: https://x.org/r.git
    path: c
    helm:
      valueFiles: [/clusters/tds/web/values/c.yaml]
      valuesObject: {version: 2}
""",
        "clusters/tds/web/cluster.yaml": CLUSTER.format("tds-web", "tds"),
        "clusters/tds/web/values/c.yaml": "a: 2\n",
        "clusters/tds/other/cluster.yaml": CLUSTER.format("tds-other", "tds"),
        "clusters/tds/other/values/c.yaml": "b: 2\n",
    }
    assert told(chart_values, tmp_path, several) == [
        "clusters/tds/other/values/c.yaml:0: leaves out a, which then is what c/values.yaml has"
    ]


def test_a_secret_that_values_name_is_made_where_others_are(tmp_path: Path) -> None:
    made = """apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: tsig, namespace: dns}
spec: {target: {name: tsig}}
"""
    values = "env:\n  - {name: A, valueFrom: {secretKeyRef: {name: tsgi, key: k}}}\n"
    given = files(values, "external-dns")
    given["a.yaml"] = application("external-dns", "v.yaml") + "  destination: {namespace: dns}\n"
    assert told(chart_values, tmp_path / "a", given) == []
    assert told(chart_values, tmp_path / "b", {**given, "s.yaml": made}) == [
        "v.yaml:2: chart external-dns: nothing makes Secret tsgi in dns"
    ]


def test_a_secret_may_be_made_by_the_chart_itself(tmp_path: Path) -> None:
    other = """apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: other, namespace: models}
spec: {target: {name: other}}
"""
    values = """image:
  env: [{name: A, valueFrom: {secretKeyRef: {name: scout, key: A}}}]
customObjects:
  - kind: List
    items: [{kind: ExternalSecret, metadata: {name: s}, spec: {target: {name: NAME}}}]
"""
    for name, said in (
        ("scout", []),
        ("x", ["v.yaml:2: chart chart-vllm: nothing makes Secret scout in models"]),
    ):
        given = files(values.replace("NAME", name), "chart-vllm")
        given["a.yaml"] = str(given["a.yaml"]) + "  destination: {namespace: models}\n"
        assert told(chart_values, tmp_path / name, {**given, "s.yaml": other}) == said


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ("[{name: a, vllmConfig: {extraArgs: []}}]", []),
        ("[{requestGPU: four}]", "modelSpec[0].requestGPU has to be a number"),
        (
            "[{}, {vllmConfig: {maxModelLenn: 1}}]",
            "it knows no value servingEngineSpec.modelSpec[1].vllmConfig.maxModelLenn",
        ),
        ("{name: a}", "modelSpec has to be a list"),
        ("[a]", "modelSpec[0] has to be a mapping"),
    ],
)
def test_what_a_chart_takes_in_a_list_is_looked_at(
    tmp_path: Path, values: str, said: str | list[str]
) -> None:
    text = f"servingEngineSpec:\n  modelSpec: {values}\n"
    found = told(chart_values, tmp_path, files(text, "vllm-stack", "0.1.10"))
    assert found == said or (len(found) == 1 and str(said) in found[0])
