from blueprints.kinds.sandbox.stacks.roles.milvus import catalogue, client, vectors
from tests.blueprints.kinds.sandbox.stacks.made import by_name, environment, place, pod


def test_vectors_go_to_the_bucket_and_the_catalogue_to_etcd() -> None:
    made = by_name(vectors(place(), "vectors", "catalogue", "text", "50Gi").objects)
    (container,) = pod(made["StatefulSet/papers-vectors"])["containers"]
    said = environment(container)
    assert said["MINIO_BUCKET_NAME"] == ("configMapKeyRef", "s3-text", "S3_BUCKET")
    assert said["MINIO_SECRET_ACCESS_KEY"] == ("secretKeyRef", "s3-text", "AWS_SECRET_ACCESS_KEY")
    settings = made["ConfigMap/papers-vectors"]["data"]
    assert settings["object_address"] == "s3.example.org"
    assert settings["object_port"] == "443"
    etcd = by_name(catalogue(place(), "catalogue", "10Gi").objects)
    (port,) = etcd["Service/papers-catalogue"]["spec"]["ports"]
    assert settings["etcd_endpoints"] == f"papers-catalogue:{port['port']}"


def test_nobody_asks_without_a_password() -> None:
    made = by_name(vectors(place(), "vectors", "catalogue", "text", "50Gi").objects)
    (container,) = pod(made["StatefulSet/papers-vectors"])["containers"]
    said = environment(container)
    assert said["COMMON_SECURITY_AUTHORIZATIONENABLED"] == "true"
    asked = environment({"env": client(place(), "vectors")})
    assert asked["MILVUS_PASSWORD"] == said["COMMON_SECURITY_DEFAULTROOTPASSWORD"]
    assert made["ConfigMap/papers-vectors"]["data"]["port"] == "19530"
