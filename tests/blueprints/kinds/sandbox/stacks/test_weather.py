import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from tests.blueprints.kinds.sandbox.stacks.made import (
    Document,
    by_name,
    environment,
    files,
    network,
    pod,
)


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    for path, file in files("weather").items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.content)
    return tmp_path / "stacks/forecast"


def rendered(chart: Path) -> dict[str, Document]:
    import helm_python as helm

    with helm.Chart.load(chart) as loaded:
        manifests = loaded.render({}, name="forecast", namespace="climate")
    return by_name(one for text in manifests.values() for one in yaml.safe_load_all(text) if one)


def test_helm_finds_nothing(chart: Path) -> None:
    import helm_python as helm

    report = helm.lint(chart, strict=True, kube_version="v1.33.0")
    assert [one for one in report["messages"] if one["severity"] > 1] == []
    assert report["errors"] == []


def test_the_chart_is_a_model_and_a_forecast(chart: Path) -> None:
    made = rendered(chart)
    assert set(made) == {
        *(f"{kind}/forecast-model" for kind in ("ServiceAccount", "ConfigMap", "Service")),
        "Deployment/forecast-model",
        *(f"{kind}/forecast-cycle" for kind in ("ServiceAccount", "ConfigMap", "CronJob")),
    }
    model = pod(made["Deployment/forecast-model"])
    assert model["nodeSelector"] == {"hpc": "true"}
    (triton,) = model["containers"]
    assert triton["args"][0] == "--model-repository=/models/triton"
    assert triton["resources"]["limits"]["nvidia.com/gpu"] == "1"
    cycle = pod(made["CronJob/forecast-cycle"])
    assert "nodeSelector" not in cycle
    said = environment(cycle["containers"][0])
    assert said["S3_BUCKET"] == ("configMapKeyRef", "s3-text", "S3_BUCKET")
    text = made["ConfigMap/forecast-cycle"]["data"]["cycle.py"]
    compile(text, "cycle.py", "exec")
    assert made["ConfigMap/forecast-model"]["data"]["url"] == "http://forecast-model:8000"


def test_its_policies_select_its_pods(chart: Path) -> None:
    made = rendered(chart)
    for policy in network("weather"):
        name = policy["metadata"]["name"]
        (workload,) = [
            made[f"{kind}/{name}"] for kind in ("Deployment", "CronJob") if f"{kind}/{name}" in made
        ]
        spec = workload["spec"]
        template = (spec["jobTemplate"]["spec"] if "jobTemplate" in spec else spec)["template"]
        labels = template["metadata"]["labels"]
        assert policy["spec"]["podSelector"]["matchLabels"].items() <= labels.items()


def test_helm_reads_the_schema(chart: Path) -> None:
    import helm_python as helm

    text = (chart / "values.yaml").read_text()
    (chart / "values.yaml").write_text(text.replace("steps: 40", "steps: forty"))
    with pytest.raises(helm.HelmError, match="steps"):
        rendered(chart)


CHANGES: dict[str, Any] = {
    "instance": "Forecast",
    "model": {"gpus": 1},
    "model/image": "registry.example.org/triton:v1",
    "model/port": "8000",
    "model/path": "../weights",
    "model/resources": {"cpu": "1", "memory": "1Gi"},
    "model/placement": {"hostNetwork": True},
    "cycle/schedule": "whenever",
    "cycle/steps": 0,
    "cycle/bucket": None,
    "cycle/resources": {"cpu": 1, "memory": "1Gi", "ephemeral-storage": "1Gi"},
    "extra": 1,
}


@pytest.mark.parametrize("where", CHANGES)
def test_the_schema_refuses_what_the_templates_do_not_know(where: str, chart: Path) -> None:
    values = yaml.safe_load((chart / "values.yaml").read_text())
    schema = json.loads((chart / "values.schema.json").read_text())
    jsonschema_rs.validate(schema, values)
    *above, last = where.split("/")
    inside = values
    for key in above:
        inside = inside[key]
    inside[last] = CHANGES[where]
    with pytest.raises(jsonschema_rs.ValidationError):
        jsonschema_rs.validate(schema, values)


def test_every_value_is_needed(chart: Path) -> None:
    values = yaml.safe_load((chart / "values.yaml").read_text())
    schema = json.loads((chart / "values.schema.json").read_text())
    for part in (None, "model", "cycle"):
        for key in values[part] if part else values:
            less = json.loads(json.dumps(values))
            del (less[part] if part else less)[key]
            with pytest.raises(jsonschema_rs.ValidationError):
                jsonschema_rs.validate(schema, less)
