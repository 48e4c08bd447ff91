"""What holds for every stack, whatever it is made of."""

import contextlib
from typing import Any

import pytest
import yaml

from tests.blueprints.kinds.sandbox.stacks.made import (
    STACKS,
    Document,
    environment,
    files,
    network,
    objects,
    pod,
)

KUSTOMIZED = [kind for kind in STACKS if kind != "weather"]
PROFILES = ("alps", "commercial")
WORKLOADS = ("Deployment", "StatefulSet", "CronJob")


def site(profile: str) -> Document:
    if profile == "alps":
        return {}
    storage = {
        "filesystem": "files",
        "block": "disks",
        "object": {"endpoint": "https://s3.example.org", "cidrs": ["192.0.2.0/28"]},
    }
    return {"profile": profile, "storage": storage}


def workloads(kind: str, **more: Any) -> dict[str, Document]:
    found = objects(kind, **more)
    return {name: one for name, one in found.items() if one["kind"] in WORKLOADS}


def containers(workload: Document) -> list[Document]:
    inside = pod(workload)
    return [*inside.get("initContainers", []), *inside["containers"]]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("kind", KUSTOMIZED)
def test_every_pod_is_restricted_in_full(kind: str, profile: str) -> None:
    for name, workload in workloads(kind, **site(profile)).items():
        inside = pod(workload)
        security = inside["securityContext"]
        assert security["runAsNonRoot"] is True, name
        assert security["runAsUser"] > 0
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}
        assert inside["automountServiceAccountToken"] is False
        assert inside["enableServiceLinks"] is False
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(inside)
        for container in containers(workload):
            own = container["securityContext"]
            assert own["allowPrivilegeEscalation"] is False
            assert own["readOnlyRootFilesystem"] is True
            assert own["capabilities"] == {"drop": ["ALL"]}
            assert "@sha256:" in container["image"]
            asked = container["resources"]
            assert {"cpu", "memory", "ephemeral-storage"} <= set(asked["requests"])
            assert set(asked["requests"]) == set(asked["limits"])


@pytest.mark.parametrize("kind", KUSTOMIZED)
def test_everything_that_stays_up_is_asked_whether_it_does(kind: str) -> None:
    for name, workload in workloads(kind).items():
        for container in pod(workload)["containers"]:
            probes = {"startupProbe", "readinessProbe", "livenessProbe"} & set(container)
            assert len(probes) == (0 if workload["kind"] == "CronJob" else 3), name
            named = {port["name"] for port in container.get("ports", [])}
            for probe in probes:
                asked = container[probe].get("httpGet")
                assert asked is None or asked["port"] in named


@pytest.mark.parametrize("kind", KUSTOMIZED)
def test_every_reference_leads_to_something(kind: str) -> None:
    found = objects(kind)
    outside = {
        ("ConfigMap", "s3-text"): {"AWS_ENDPOINT_URL", "AWS_REGION", "S3_BUCKET"},
        ("Secret", "s3-text"): {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"},
    }
    claims = {"models"}
    for one in found.values():
        if one["kind"] == "ExternalSecret":
            keys = {entry["secretKey"] for entry in one["spec"]["data"]}
            outside["Secret", one["spec"]["target"]["name"]] = keys
        elif one["kind"] == "ConfigMap":
            outside["ConfigMap", one["metadata"]["name"]] = set(one["data"])
        elif one["kind"] == "PersistentVolumeClaim":
            claims.add(one["metadata"]["name"])
    used = set()
    for name, workload in workloads(kind).items():
        inside = pod(workload)
        assert f"ServiceAccount/{inside['serviceAccountName']}" in found
        volumes = {volume["name"] for volume in inside.get("volumes", [])}
        mounted = set()
        for container in containers(workload):
            mounted |= {mount["name"] for mount in container.get("volumeMounts", [])}
            with contextlib.suppress(KeyError):
                for said in environment(container).values():
                    if isinstance(said, tuple):
                        which = "Secret" if said[0] == "secretKeyRef" else "ConfigMap"
                        assert said[2] in outside[which, said[1]], (name, said)
                        used.add((which, said[1], said[2]))
        assert mounted == volumes, name
        for volume in inside.get("volumes", []):
            if "configMap" in volume:
                key = volume["configMap"]["items"][0]["key"]
                assert key in outside["ConfigMap", volume["configMap"]["name"]]
            if "persistentVolumeClaim" in volume:
                assert volume["persistentVolumeClaim"]["claimName"] in claims
    secrets = {(kind_, name, key) for (kind_, name), keys in outside.items() for key in keys}
    unused = {one for one in secrets - used if one[0] == "Secret" and one[1] != "s3-text"}
    assert unused == set(), "a secret that nobody reads"


@pytest.mark.parametrize("kind", KUSTOMIZED)
def test_selectors_select_what_they_should_and_nothing_else(kind: str) -> None:
    found = objects(kind)
    pods = {name: labels(one) for name, one in found.items() if one["kind"] in WORKLOADS}
    for name, one in found.items():
        if one["kind"] in ("Service", "PodDisruptionBudget", "Deployment", "StatefulSet"):
            said = one["spec"]["selector"]
            wanted = said.get("matchLabels", said)
            chosen = [other for other, has in pods.items() if wanted.items() <= has.items()]
            assert [one_.partition("/")[2] for one_ in chosen] == [name.partition("/")[2]]


def labels(workload: Document) -> Document:
    spec = workload["spec"]
    template = (
        spec["jobTemplate"]["spec"]["template"] if "jobTemplate" in spec else spec["template"]
    )
    found: Document = template["metadata"]["labels"]
    return found


@pytest.mark.parametrize("kind", STACKS)
def test_who_calls_is_let_out_and_in_by_the_same_words(kind: str) -> None:
    policies = network(kind)
    for policy in policies:
        spec = policy["spec"]
        assert spec["policyTypes"] == ["Ingress", "Egress"]
        mine = spec["podSelector"]["matchLabels"]
        for rule in spec["egress"]:
            (peer,) = rule["to"]
            if "namespaceSelector" in peer:
                continue
            theirs = peer["podSelector"]["matchLabels"]
            (other,) = [
                one for one in policies if one["spec"]["podSelector"]["matchLabels"] == theirs
            ]
            callers = [
                caller["podSelector"]["matchLabels"]
                for given in other["spec"]["ingress"]
                for caller in given["from"]
                if "podSelector" in caller
            ]
            assert mine in callers


@pytest.mark.parametrize("kind", KUSTOMIZED)
def test_every_role_has_a_policy(kind: str) -> None:
    names = {policy["metadata"]["name"] for policy in network(kind)}
    assert names == {name.partition("/")[2] for name in workloads(kind)}


@pytest.mark.parametrize("kind", STACKS)
def test_nothing_of_alps_is_left_on_a_commercial_kubernetes(kind: str) -> None:
    for path, file in files(kind, **site("commercial")).items():
        text = file.content.decode().lower()
        for word in ("hpc", "cxi", "harvester", "cattle.io", "cilium"):
            assert word not in text, path


@pytest.mark.parametrize("kind", KUSTOMIZED)
def test_only_models_go_to_accelerators_and_they_keep_nothing(kind: str) -> None:
    for name, workload in workloads(kind).items():
        inside = pod(workload)
        asks = any(
            "nvidia.com/gpu" in container["resources"]["limits"]
            for container in containers(workload)
        )
        assert ("nodeSelector" in inside) == asks, name
        if asks:
            assert inside["nodeSelector"] == {"hpc": "true"}
            for volume in inside["volumes"]:
                read_only = volume.get("persistentVolumeClaim", {}).get("readOnly")
                assert read_only or volume["emptyDir"]["medium"] == "Memory"
        else:
            assert "affinity" in inside


@pytest.mark.parametrize("kind", KUSTOMIZED)
def test_the_kustomization_names_every_file(kind: str) -> None:
    made = files(kind)
    folder = f"stacks/{STACKS[kind]['name']}"
    kustomization = yaml.safe_load(made[f"{folder}/kustomization.yaml"].content)
    there = {
        path.removeprefix(f"{folder}/")
        for path in made
        if path.count("/") == 2 and path.endswith(".yaml")
    }
    assert there == {"kustomization.yaml", *kustomization["resources"]}
    assert kustomization["namespace"] == "climate"
