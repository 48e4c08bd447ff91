from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings

from blueprints.check import events
from blueprints.runtimes.production_stack import RUNTIME
from blueprints.runtimes.production_stack.write import OWN_ALONE, model_name, values
from blueprints.runtimes.same import differences
from blueprints.service.facts import facts
from blueprints.service.service import Service
from blueprints.service.site import Site
from tests.blueprints.runtimes.production_stack.services import ALONE, SEVERAL
from tests.blueprints.runtimes.site import SITE
from tests.blueprints.service.services import pairs


def _engine(service: Service) -> dict[str, Any]:
    found: Any = values(service, SITE)
    engine: dict[str, Any] = found["servingEngineSpec"]
    return engine


@settings(max_examples=40)
@given(pairs())
def test_what_is_written_is_read_as_the_same_service(pair: tuple[Service, Site]) -> None:
    service, site = pair
    assume(not list(RUNTIME.unfit(service)))
    files = {file.path: file.content for file in RUNTIME.write(service, site)}
    found = RUNTIME.read(files)
    meant = facts(service, "cluster")
    assert list(differences(meant, found, RUNTIME.cannot)) == []
    if service.nodes == 1:
        own = {f"env.{name}" for name in (*OWN_ALONE, "VLLM_USE_V1")}
        assert meant.keys() - found.keys() <= {"working-folder", *own}


def test_several_nodes_are_a_ray_cluster_whose_head_computes() -> None:
    (model,) = _engine(SEVERAL)["modelSpec"]
    assert model["replicaCount"] == 3
    assert model["raySpec"]["headNode"]["requestGPU"] == SEVERAL.devices
    assert model["pvcAccessMode"] == ["ReadWriteMany"]


def test_the_engine_is_not_asked_for_its_old_generation() -> None:
    (model,) = _engine(SEVERAL)["modelSpec"]
    assert model["vllmConfig"]["v1"] == "1"
    old = {**SEVERAL.environment, "VLLM_USE_V1": "0"}
    (model,) = _engine(replace(SEVERAL, environment=old))["modelSpec"]
    assert model["vllmConfig"]["v1"] == "0"
    (model,) = _engine(replace(ALONE, environment={"VLLM_USE_V1": "0"}))["modelSpec"]
    assert model["vllmConfig"]["v0"] == "1"


def test_prefix_caching_stays_as_the_engine_has_it_or_as_it_was_asked_for() -> None:
    (model,) = _engine(ALONE)["modelSpec"]
    assert model["vllmConfig"]["enablePrefixCaching"] is True
    without = replace(ALONE, command=(*ALONE.command, "--no-enable-prefix-caching"))
    (model,) = _engine(without)["modelSpec"]
    assert model["vllmConfig"]["enablePrefixCaching"] is False


def test_words_that_bash_would_take_apart_arrive_by_variables() -> None:
    (model,) = _engine(SEVERAL)["modelSpec"]
    number = SEVERAL.command.index('--x={"a": "$(touch /tmp/owned)"}')
    name = f"TUTELA_WORD_{number}"
    assert f"${{{name}}}" in model["vllmConfig"]["extraArgs"]
    assert {"name": name, "value": '--x={"a": "$$(touch /tmp/owned)"}'} in model["env"]
    assert not any("touch" in word for word in model["vllmConfig"]["extraArgs"])


def test_a_pod_runs_as_nobody_and_a_ray_cluster_says_nothing_of_it() -> None:
    assert _engine(ALONE)["securityContext"]["runAsNonRoot"] is True
    # At 0.1.10 a worker's stands beside its spec, where the definition knows no such field.
    assert _engine(SEVERAL)["securityContext"] == {}
    assert "user" in RUNTIME.cannot


def test_openshift_gives_users_itself() -> None:
    assert SITE.kubernetes is not None
    where = SITE.kubernetes.model_copy(update={"openshift": True})
    found: Any = values(ALONE, SITE.model_copy(update={"kubernetes": where}))
    assert "runAsUser" not in found["servingEngineSpec"]["securityContext"]


def test_no_image_is_taken_by_tag() -> None:
    found: Any = values(ALONE, SITE)
    assert found["routerSpec"] == {"enableRouter": False}


@pytest.mark.parametrize(
    ("service", "why"),
    [
        (replace(SEVERAL, gather="engine"), "gathers nodes by Ray"),
        (replace(ALONE, command=("python3", "-m", "x")), "starts vllm serve"),
        (replace(SEVERAL, command=("vllm", "serve", "$(id)")), "apart"),
    ],
)
def test_what_the_chart_cannot_start_is_told(service: Service, why: str) -> None:
    assert any(why in one for one in RUNTIME.unfit(service))


def test_names_are_one_service_each_and_short_enough_for_a_host() -> None:
    one, other = (replace(ALONE, name=f"a-very-long-name-of-{end}") for end in ("model1", "model2"))
    assert model_name(one) != model_name(other)
    assert len(f"{one.name}-{model_name(one)}-vllm-stack") <= 63
    assert len(f"{one.name}-{model_name(one)}-engine-service") <= 63
    assert model_name(ALONE) == ALONE.name


def test_nobody_but_its_own_nodes_reaches_ray() -> None:
    files = {file.path: file.content for file in RUNTIME.write(SEVERAL, SITE)}
    policy: Any = events.read(files["manifests/network-policy.yaml"].decode())[0][0].data
    clients, nodes = policy["spec"]["ingress"]
    assert nodes["from"] == [{"podSelector": policy["spec"]["podSelector"]}]
    assert clients["ports"] == [{"protocol": "TCP", "port": SEVERAL.port}]
