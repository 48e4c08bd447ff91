from pathlib import Path

import pytest

from blueprints.kinds.sandbox.stacks.roles.nightly import catalog, pack, policy, reports
from governance.policy.parse import parse_file
from governance.workspace.config import read_config
from tests.blueprints.kinds.sandbox.stacks.made import Document, by_name, environment, place, pod

HERE = place("records")
MADE = by_name(catalog(HERE, "catalog", "tracking", ["text"], "text", "13 2 * * *").objects)


def steps() -> list[Document]:
    inside = pod(MADE["CronJob/records-catalog"])
    return [*inside["initContainers"], *inside["containers"]]


def test_every_night_it_is_scanned_asked_and_reported() -> None:
    words = [container["args"][0] for container in steps()]
    assert [word.partition(" -w ")[0] for word in words] == [
        "tutela catalog scan",
        "tutela evidence read",
        "tutela retention report",
    ]
    assert {tuple(container["command"]) for container in steps()} == {("/bin/sh", "-ec")}


def test_its_key_is_its_own() -> None:
    for container in steps():
        said = environment(container)
        assert said["AWS_SECRET_ACCESS_KEY"][1] == "records-catalog"
    (entry, _) = MADE["ExternalSecret/records-catalog"]["spec"]["data"]
    assert entry["remoteRef"]["key"] == "sandboxes/climate/stacks/records/catalog"


def test_only_the_report_may_write_the_pages() -> None:
    writers = [
        container["name"]
        for container in steps()
        if any(mount["name"] == "reports" for mount in container["volumeMounts"])
    ]
    assert writers == ["report"]
    (container,) = pod(by_name(reports(HERE, "reports").objects)["Deployment/records-reports"])[
        "containers"
    ]
    (mount,) = [one for one in container["volumeMounts"] if one["name"] == "reports"]
    assert mount["readOnly"] is True


def test_tutela_understands_its_settings(tmp_path: Path) -> None:
    settings = tmp_path / "tutela.yaml"
    settings.write_text(MADE["ConfigMap/records-catalog"]["data"]["tutela.yaml"])
    read = read_config(settings)
    assert read.sources == ["s3://climate-text"]
    assert read.stores["test"].buckets == ["climate-text"]
    assert read.projects["climate"].owners == ["ada", "blaise"]
    (entry,) = read.evidence.mlflow
    assert entry.uri == "http://records-tracking:5000"
    assert entry.artifacts == "s3://climate-text/records/mlflow/"


@pytest.mark.parametrize("name", ["pretraining", "finetuning", "dataset-mixture", "clinical"])
def test_tutela_understands_each_policy(name: str, tmp_path: Path) -> None:
    made = policy(HERE, "catalog", name)
    data = made["data"]
    assert isinstance(data, dict)
    assert data == {"policy.yaml": pack(name)}
    file = tmp_path / "policy.yaml"
    file.write_text(pack(name))
    parse_file(file)
