from blueprints.kinds.sandbox.stacks.roles.postgresql import client, database
from tests.blueprints.kinds.sandbox.stacks.made import by_name, environment, place, pod

HERE = place("records")


def test_the_server_and_its_clients_are_told_the_same() -> None:
    made = by_name(database(HERE, "database", "mlflow", "20Gi").objects)
    (container,) = pod(made["StatefulSet/records-database"])["containers"]
    server, asked = environment(container), environment({"env": client(HERE, "database")})
    assert server["POSTGRES_USER"] == asked["PGUSER"]
    assert server["POSTGRES_DB"] == asked["PGDATABASE"]
    assert server["POSTGRES_PASSWORD"] == asked["PGPASSWORD"]
    settings = made["ConfigMap/records-database"]["data"]
    (port,) = made["Service/records-database"]["spec"]["ports"]
    assert settings["port"] == str(port["port"])
    assert settings["host"] == "records-database"


def test_data_lie_on_a_volume_that_nothing_deletes() -> None:
    made = by_name(database(HERE, "database", "mlflow", "20Gi").objects)
    claim = made["PersistentVolumeClaim/records-database"]
    assert claim["metadata"]["annotations"]["argocd.argoproj.io/sync-options"].startswith("Prune=")
    assert claim["spec"]["resources"]["requests"]["storage"] == "20Gi"
    (container,) = pod(made["StatefulSet/records-database"])["containers"]
    data = environment(container)["PGDATA"]
    assert data.startswith("/var/lib/postgresql/data/")
