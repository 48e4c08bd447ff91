from pathlib import Path

from tests.blueprints.kinds.sandbox.stacks.made import files, objects
from tests.labs.dvc_lab import DvcFolder
from tests.labs.seaweed import Lab


def test_one_door_leads_to_mlflow_and_to_the_report() -> None:
    settings = objects("governance")["ConfigMap/records-door"]["data"]
    assert settings["upstreams"].split(",") == [
        "http://records-tracking:5000/",
        "http://records-reports:8080/reports/",
    ]


def test_the_remote_of_dvc_is_a_prefix_of_the_bucket(s3: Lab, tmp_path: Path) -> None:
    bucket = s3.bucket("dvc")
    settings = files("governance")["stacks/records/dvc/config"].content.decode()
    assert "url = s3://climate-text/records/dvc\n" in settings
    settings = settings.replace("climate-text", bucket)
    settings = settings.replace("https://s3.example.org", s3.endpoint)
    folder = DvcFolder.start(tmp_path / "data", s3)
    (folder.path / ".dvc/config").write_text(settings)
    (folder.path / "data.txt").write_text("data\n")
    folder.dvc("add", "data.txt")
    folder.dvc("push")
    listed = s3.client.list_objects_v2(Bucket=bucket)
    assert [one["Key"].startswith("records/dvc/files/md5/") for one in listed["Contents"]] == [True]


def test_the_policy_keeps_its_comments() -> None:
    policy = objects("governance", {"policy": "clinical"})["ConfigMap/records-catalog-policy"]
    text = policy["data"]["policy.yaml"]
    assert text.startswith("#")
    assert "version: 1" in text
