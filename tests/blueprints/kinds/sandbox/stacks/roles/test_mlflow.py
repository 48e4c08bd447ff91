from blueprints.kinds.sandbox.stacks.roles.mlflow import artifacts, tracking
from tests.blueprints.kinds.sandbox.stacks.made import by_name, environment, place, pod

HERE = place("records")
MADE = by_name(tracking(HERE, "tracking", "database", "text").objects)
SETTINGS = MADE["ConfigMap/records-tracking"]["data"]


def test_no_password_stands_in_an_argument() -> None:
    (container,) = pod(MADE["Deployment/records-tracking"])["containers"]
    assert "--backend-store-uri=postgresql+psycopg2://" in container["args"]
    said = environment(container)
    assert said["PGPASSWORD"] == ("secretKeyRef", "records-database", "password")


def test_it_answers_to_its_service_and_to_the_door() -> None:
    assert SETTINGS["allowed_hosts"].split(",") == [
        "records-tracking:5000",
        "records.climate.sandboxes.example.org",
    ]
    assert SETTINGS["url"] == "http://records-tracking:5000"


def test_artifacts_go_to_the_bucket() -> None:
    assert artifacts(HERE, "text") == "s3://climate-text/records/mlflow"
    assert SETTINGS["artifacts"] == artifacts(HERE, "text")
    (container,) = pod(MADE["Deployment/records-tracking"])["containers"]
    assert "--artifacts-destination=$(ARTIFACTS)" in container["args"]
    assert environment(container)["ARTIFACTS"][1:] == ("records-tracking", "artifacts")
