from dataclasses import replace

import pytest

from blueprints.kinds.sandbox.stacks import pods

SMALL = pods.Resources("1", "1Gi")


def container(*mounts: pods.Mount) -> pods.Container:
    return pods.Container("one", "image", SMALL, mounts=mounts)


def test_what_a_container_mounts_is_a_volume_of_the_pod_once() -> None:
    tmp, data = pods.scratch("tmp", "/tmp", "1Gi"), pods.claimed("data", "/data", "claim")
    two = [container(tmp, data), replace(container(tmp), name="two")]
    written = pods.Pod(two, "account", 1000, {}).written()
    assert written["volumes"] == [
        {"name": "tmp", "emptyDir": {"sizeLimit": "1Gi"}},
        {"name": "data", "persistentVolumeClaim": {"claimName": "claim"}},
    ]


def test_two_volumes_of_one_name_are_a_mistake() -> None:
    mounts = pods.scratch("tmp", "/tmp", "1Gi"), pods.scratch("tmp", "/var/tmp", "2Gi")
    with pytest.raises(ValueError, match="two volumes of one pod are called tmp"):
        pods.Pod([container(*mounts)], "account", 1000, {}).written()


def test_a_file_of_a_config_map_is_mounted_alone_and_read_only() -> None:
    mount = pods.one_file("app", "/app/app.py", "config", "app.py")
    assert mount.mounted() == {
        "name": "app",
        "mountPath": "/app/app.py",
        "subPath": "app.py",
        "readOnly": True,
    }


def test_a_container_asks_for_what_it_may_use() -> None:
    written = pods.Resources("2", "4Gi", "1Gi", (("nvidia.com/gpu", 4),)).written()
    assert written["requests"] == written["limits"]
    assert written["limits"] == {
        "cpu": "2",
        "memory": "4Gi",
        "ephemeral-storage": "1Gi",
        "nvidia.com/gpu": "4",
    }


def test_a_slow_start_is_waited_for_before_anything_is_killed() -> None:
    written = pods.Probes(pods.get("/ready"), pods.get("/alive"), start_seconds=1800).written()
    startup = written["startupProbe"]
    assert isinstance(startup, dict)
    assert startup["periodSeconds"] * startup["failureThreshold"] == 1800


def test_pods_of_several_replicas_are_spread() -> None:
    pod = pods.Pod([container()], "account", 1000, {})
    spread = pod.written({"a": "b"})["topologySpreadConstraints"]
    assert isinstance(spread, list)
    assert [one["labelSelector"] for one in spread] == [{"matchLabels": {"a": "b"}}]
    assert "topologySpreadConstraints" not in pod.written()
