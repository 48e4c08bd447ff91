"""Charts that lack a part or cannot be rendered."""

from pathlib import Path

import pytest

from blueprints.check.rules import helm_chart
from tests.blueprints.check.rules.asking import not_checked, told

CHART = "apiVersion: v2\nname: c\nversion: 1.0.0\n"
TEMPLATE = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Values.name }}\n"


def files(**changes: str) -> dict[str, str | bytes]:
    given = {"Chart": CHART, "values": "name: a\n", "templates__a": TEMPLATE, **changes}
    return {f"c/{name.replace('__', '/')}.yaml": text for name, text in given.items()}


def test_a_good_chart_is_not_told(tmp_path: Path) -> None:
    assert told(helm_chart, tmp_path, files()) == []


@pytest.mark.parametrize(
    "template", ["a: {{ .Values.name | hyphens }}\n", "a: {{ if }}\n", 'a: {{ fail "no" }}\n']
)
def test_an_error_of_helm_is_told_where_it_is(template: str, tmp_path: Path) -> None:
    (one,) = told(helm_chart, tmp_path, files(templates__a="# a\n" + template))
    assert one.startswith("c/templates/a.yaml:2: chart c cannot be rendered: ")


def test_a_dependency_is_fixed_and_there(tmp_path: Path) -> None:
    chart = CHART + "dependencies:\n  - {name: d, version: ^1.0.0, repository: 'https://x.org'}\n"
    found = told(helm_chart, tmp_path, files(Chart=chart))
    assert found[:2] == [
        "c/Chart.yaml:5: dependency d has no fixed version like 1.2.3",
        "c/Chart.yaml:5: dependency d is not in c/charts",
    ]


def test_a_template_without_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blueprints.check.charts.SECONDS", 2.0)
    loop = '{{ range until 100000 }}{{ range until 100000 }}{{ printf "x" }}{{ end }}{{ end }}'
    (one,) = told(helm_chart, tmp_path, files(templates__a=loop))
    assert "cannot be rendered" in one


def test_values_that_the_charts_schema_refuses_are_left_to_another_rule(tmp_path: Path) -> None:
    given = files(values="name: 1\n")
    given["c/values.schema.json"] = '{"properties": {"name": {"type": "string"}}}'
    assert told(helm_chart, tmp_path, given) == []


def test_without_helm_nothing_is_rendered_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blueprints.check.extras.find_spec", lambda name: None)
    assert not_checked(helm_chart, tmp_path, files()) == [
        "helm-python-sdk is not installed: pip install 'tutela[check]'"
    ]
