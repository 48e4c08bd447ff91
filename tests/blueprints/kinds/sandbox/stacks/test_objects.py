from typing import Any

from blueprints.kinds.sandbox.stacks.objects import Role
from blueprints.kinds.sandbox.stacks.pods import Container, Pod, Resources
from tests.blueprints.kinds.sandbox.stacks.made import place

ROLE = Role(place("papers"), "chat", "chainlit")
POD = Pod([Container("one", "image", Resources("1", "1Gi"))], "papers-chat", 1000, {})


def spec(one: dict[str, object]) -> dict[str, Any]:
    found = one["spec"]
    assert isinstance(found, dict)
    return found


def test_all_objects_of_a_role_have_its_name_and_labels() -> None:
    made = (ROLE.account(), ROLE.config({"a": "b"}), ROLE.claim("1Gi"), ROLE.budget())
    for one in made:
        assert one["metadata"] == {
            "name": "papers-chat",
            "namespace": "climate",
            "labels": ROLE.place.labels("chat", "chainlit"),
        } | ({"annotations": one["metadata"]["annotations"]} if one is made[2] else {})  # type: ignore[index]


def test_a_secret_is_asked_key_by_key_of_the_project_s_store() -> None:
    made = spec(ROLE.secret(["password"]))
    assert made["secretStoreRef"] == {"kind": "SecretStore", "name": "project"}
    assert made["target"]["name"] == "papers-chat"
    (entry,) = made["data"]
    assert entry["secretKey"] == entry["remoteRef"]["property"] == "password"
    assert entry["remoteRef"]["key"] == "sandboxes/climate/stacks/papers/chat"


def test_volumes_that_many_pods_share_are_of_the_file_system() -> None:
    alone, shared = spec(ROLE.claim("1Gi")), spec(ROLE.claim("1Gi", shared=True))
    assert (alone["accessModes"], alone["storageClassName"]) == (["ReadWriteOnce"], "ceph-rbd")
    assert (shared["accessModes"], shared["storageClassName"]) == (["ReadWriteMany"], "cephfs")


def test_an_old_pod_gives_its_accelerators_back_first() -> None:
    assert spec(ROLE.deployment(POD, one_at_a_time=True))["strategy"] == {"type": "Recreate"}
    rolling = spec(ROLE.deployment(POD, replicas=2))["strategy"]
    assert rolling["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}


def test_a_nightly_job_is_never_there_twice() -> None:
    made = spec(ROLE.cron_job(POD, "13 2 * * *", seconds=3600))
    assert made["concurrencyPolicy"] == "Forbid"
    assert made["jobTemplate"]["spec"]["activeDeadlineSeconds"] == 3600


def test_a_service_leads_to_the_pods_port_by_its_name() -> None:
    made = spec(ROLE.service({"http": 8000}, headless=True))
    assert made["clusterIP"] == "None"
    assert made["ports"] == [
        {"name": "http", "port": 8000, "targetPort": "http", "protocol": "TCP"}
    ]


def test_what_is_open_to_the_outside_has_a_certificate() -> None:
    made = ROLE.ingress("papers.example.org", "http", ["/v1"])
    said = spec(made)
    assert said["tls"] == [{"hosts": ["papers.example.org"], "secretName": "papers-chat-tls"}]
    (rule,) = said["rules"]
    assert [path["path"] for path in rule["http"]["paths"]] == ["/v1"]


def test_a_set_has_one_pod_and_a_template_with_the_role_s_labels() -> None:
    made = spec(ROLE.stateful_set(POD))
    assert made["replicas"] == 1
    labels = made["template"]["metadata"]["labels"]
    assert made["selector"]["matchLabels"].items() <= labels.items()
