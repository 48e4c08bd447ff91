from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from blueprints.runtimes.kubernetes import RUNTIME
from blueprints.runtimes.kubernetes import __file__ as folder_of
from blueprints.service.service import Service
from blueprints.service.site import Site
from tests.blueprints.runtimes.production_stack.services import ALONE, SEVERAL
from tests.blueprints.runtimes.site import SITE

SCRIPT = Path(folder_of).with_name("cluster.sh")
ENGINE = replace(SEVERAL, gather="engine")


def _objects(service: Service, site: Site = SITE) -> dict[str, dict[str, Any]]:
    return {file.path: yaml.safe_load(file.content) for file in RUNTIME.write(service, site)}


def _site(**changes: Any) -> Site:
    assert SITE.kubernetes is not None
    return SITE.model_copy(update={"kubernetes": SITE.kubernetes.model_copy(update=changes)})


def test_one_node_is_a_deployment_and_what_belongs_to_it() -> None:
    made = _objects(ALONE)
    assert {(path, one["kind"]) for path, one in made.items()} == {
        ("deployment.yaml", "Deployment"),
        ("account.yaml", "ServiceAccount"),
        ("service.yaml", "Service"),
        ("cache.yaml", "PersistentVolumeClaim"),
        ("network-policy.yaml", "NetworkPolicy"),
        ("secret.yaml", "ExternalSecret"),
        ("route.yaml", "Ingress"),
    }
    assert all(one["metadata"]["namespace"] == "models" for one in made.values())
    assert made["deployment.yaml"]["spec"]["strategy"] == {"type": "Recreate"}
    assert made["account.yaml"]["automountServiceAccountToken"] is False


def test_several_nodes_are_a_group_that_comes_and_goes_together() -> None:
    made = _objects(ENGINE)
    group = made["group.yaml"]["spec"]["leaderWorkerTemplate"]
    assert group["size"] == SEVERAL.nodes
    assert group["restartPolicy"] == "RecreateGroupOnPodRestart"
    head, worker = (
        group[key]["spec"]["containers"][0] for key in ("leaderTemplate", "workerTemplate")
    )
    assert head["command"][-1] == "--node-rank=0"
    assert worker["command"][-2:] == ["--node-rank=$(LWS_WORKER_INDEX)", "--headless"]
    assert "readinessProbe" in head
    assert "readinessProbe" not in worker
    assert made["disruption.yaml"]["spec"]["maxUnavailable"] == 1
    selector = made["service.yaml"]["spec"]["selector"]
    assert selector["leaderworkerset.sigs.k8s.io/worker-index"] == "0"


@pytest.mark.parametrize("service", [ENGINE, SEVERAL], ids=["engine", "ray"])
def test_the_name_by_which_pods_of_a_group_find_each_other_is_left_to_its_controller(
    service: Service,
) -> None:
    made = _objects(service, _site(ingress="gateway", gateway="public"))
    asked = made["service.yaml"]["metadata"]["name"]
    assert asked != made["group.yaml"]["metadata"]["name"]
    (rule,) = made["route.yaml"]["spec"]["rules"]
    assert rule["backendRefs"] == [{"name": asked, "port": service.port}]


def test_no_node_of_a_group_is_kept_from_being_drained_and_a_pod_alone_has_no_budget() -> None:
    made = _objects(ENGINE)
    budget = made["disruption.yaml"]["spec"]
    assert (budget["maxUnavailable"], budget["unhealthyPodEvictionPolicy"]) == (1, "AlwaysAllow")
    group = made["group.yaml"]["spec"]["leaderWorkerTemplate"]
    for key in ("leaderTemplate", "workerTemplate"):
        carried = group[key]["metadata"]["labels"]
        assert budget["selector"]["matchLabels"].items() <= carried.items()
    assert "disruption.yaml" not in _objects(ALONE)


def test_probes_wait_as_long_as_weights_are_read() -> None:
    container = _objects(ALONE)["deployment.yaml"]["spec"]["template"]["spec"]["containers"][0]
    probe = container["startupProbe"]
    seconds = probe["initialDelaySeconds"] + probe["periodSeconds"] * probe["failureThreshold"]
    assert seconds == ALONE.probe.start_seconds


def test_openshift_gives_users_itself_and_others_are_named() -> None:
    def pod(site: Site) -> dict[str, Any]:
        found: dict[str, Any] = _objects(ALONE, site)["deployment.yaml"]["spec"]["template"]
        return found

    there, elsewhere = pod(_site(openshift=True)), pod(_site(openshift=False))
    assert there["metadata"]["annotations"] == {"openshift.io/required-scc": "restricted-v2"}
    assert "runAsUser" not in there["spec"]["securityContext"]
    assert elsewhere["spec"]["securityContext"]["runAsUser"] > 0
    assert all(one["spec"]["securityContext"]["runAsNonRoot"] for one in (there, elsewhere))


@pytest.mark.parametrize(("service", "hosts"), [(ALONE, False), (ENGINE, True)])
def test_only_nodes_of_one_service_use_the_nodes_own_network(service: Service, hosts: bool) -> None:
    made = _objects(service, _site(host_network=True))
    text = yaml.safe_dump(made)
    assert ("hostNetwork: true" in text) is hosts


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"ingress": "gateway", "gateway": "public"}, "HTTPRoute"),
        ({"ingress": "ingress"}, "Ingress"),
        ({"ingress": "none"}, None),
    ],
)
def test_the_way_in_is_the_site_s(changes: dict[str, str], kind: str | None) -> None:
    route = _objects(ALONE, _site(**changes)).get("route.yaml")
    assert (route["kind"] if route else None) == kind


def test_no_secret_is_named_by_its_value_and_none_is_made_without_one() -> None:
    assert "secret.yaml" not in _objects(replace(ALONE, secrets={}))
    container = _objects(ALONE)["deployment.yaml"]["spec"]["template"]["spec"]["containers"][0]
    secret = [one for one in container["env"] if one["name"] == "VLLM_API_KEY"]
    assert secret[0]["valueFrom"]["secretKeyRef"]["name"] == "scout-secrets"


# -- cluster.sh, among programs that stand for Ray and Python --

RAY = """#!/bin/sh
printf '%s\\n' "ray $*" >>"$LOG"
"""
PYTHON = """#!/bin/sh
printf '%s\\n' "counted $*" >>"$LOG"
cat >/dev/null
exit "${COUNTED:-0}"
"""


def _run(folder: Path, *words: str, counted: int = 0) -> tuple[int, str, str]:
    programs = folder / "bin"
    programs.mkdir()
    for name, text in (("ray", RAY), ("python3", PYTHON)):
        (programs / name).write_text(text, encoding="utf-8")
        (programs / name).chmod(0o755)
    environ = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "LOG": str(folder / "log"),
        "VLLM_HOST_IP": "192.0.2.7",
        "COUNTED": str(counted),
    }
    done = subprocess.run(
        ["bash", SCRIPT, *words],
        env=environ,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    log = folder / "log"
    return (
        done.returncode,
        log.read_text("utf-8") if log.exists() else "",
        done.stdout + done.stderr,
    )


def test_the_engine_starts_once_all_nodes_are_there_with_its_own_words(tmp_path: Path) -> None:
    words = ["printf", "<%s>", "a b", "it's", "two\nlines", "$(id)", '{"a": "b"}']
    code, log, out = _run(tmp_path, "head", "4", "20", *words)
    assert code == 0
    assert log.splitlines()[0].startswith("ray start --head --port=6379")
    assert log.splitlines()[1] == "counted - 192.0.2.7:6379 4"
    assert out.endswith('<a b><it\'s><two\nlines><$(id)><{"a": "b"}>')


def test_the_engine_does_not_start_where_a_node_is_missing(tmp_path: Path) -> None:
    code, _, out = _run(tmp_path, "head", "4", "20", "echo", "started", counted=1)
    assert code == 1
    assert "not all 4 nodes came in time" in out
    assert "started" not in out


def test_a_worker_ends_where_no_head_answers_within_its_time(tmp_path: Path) -> None:
    code, log, out = _run(tmp_path, "worker", "127.0.0.1", "1")
    assert (code, log) == (1, "")
    assert "no Ray head at 127.0.0.1 in time" in out


def test_the_script_is_right_for_shellcheck() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "shellcheck", SCRIPT],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")
