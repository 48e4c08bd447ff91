from typing import Any

import yaml

from blueprints.service.site import Site
from blueprints.supply.cluster import file
from blueprints.supply.step import Step, steps
from tests.blueprints.supply.cases import SUPPLY, cloud, model


def rendered(where: Site, **changes: Any) -> tuple[dict[str, dict[str, Any]], tuple[Step, Step]]:
    one = model(**changes)
    both = steps(one, where, SUPPLY)
    assert where.kubernetes is not None
    made = file(one, where, where.kubernetes, both)
    return {each["kind"]: each for each in yaml.safe_load_all(made.content)}, both


def pod(documents: dict[str, dict[str, Any]]) -> dict[str, Any]:
    spec: dict[str, Any] = documents["Job"]["spec"]["template"]["spec"]
    return spec


def test_a_job_downloads_first_and_then_uploads() -> None:
    documents, (download, upload) = rendered(cloud())
    (first,), (second,) = pod(documents)["initContainers"], pod(documents)["containers"]
    for container, step in ((first, download), (second, upload)):
        assert container["image"] == step.image.reference
        assert container["command"] == [step.shell, "-c", step.script, step.name]
        assert container["args"] == list(step.arguments)
        said = {one["name"]: one["value"] for one in container["env"] if "value" in one}
        assert said == step.environment
        secret = {one["name"] for one in container["env"] if "valueFrom" in one}
        assert secret == set(step.secrets)


def test_secrets_come_from_the_store_by_reference() -> None:
    documents, _ = rendered(cloud())
    data = documents["ExternalSecret"]["spec"]["data"]
    found = {
        one["secretKey"]: (one["remoteRef"]["key"], one["remoteRef"]["property"]) for one in data
    }
    assert found == {
        "HF_TOKEN": ("hub/token", "hf_token"),
        "AWS_ACCESS_KEY_ID": ("models/writer", "aws_access_key_id"),
        "AWS_SECRET_ACCESS_KEY": ("models/writer", "aws_secret_access_key"),
    }


def test_the_volume_has_room_for_weights_and_gits_own_copy() -> None:
    def storage(**changes: Any) -> str:
        volumes = pod(rendered(cloud(), **changes)[0])["volumes"]
        claim = volumes[0]["ephemeral"]["volumeClaimTemplate"]["spec"]
        asked: str = claim["resources"]["requests"]["storage"]
        return asked

    assert storage(shape={"weights": "100Gi"}) == "220Gi"
    assert storage() == "2253Gi"


def test_certificates_of_a_site_are_mounted() -> None:
    spec = pod(rendered(cloud(certificates="/etc/site/ca.pem"))[0])
    mounts = spec["containers"][0]["volumeMounts"]
    assert {"name": "certificates", "mountPath": "/certificates", "readOnly": True} in mounts
    assert spec["volumes"][-1]["configMap"] == {"name": "certificates"}


def test_openshift_gives_the_user_itself() -> None:
    where = cloud(
        kubernetes={
            "namespace": "serving",
            "storage_class": "fast",
            "ingress": "none",
            "openshift": True,
        }
    )
    documents, _ = rendered(where)
    assert "runAsUser" not in pod(documents)["securityContext"]
    metadata = documents["Job"]["spec"]["template"]["metadata"]
    assert metadata["annotations"] == {"openshift.io/required-scc": "restricted-v2"}
    assert "runAsUser" in pod(rendered(cloud())[0])["securityContext"]
