from typing import Any

import pytest

from blueprints.service.engine import engine_facts
from blueprints.service.variables import BY_NODE, OFFLINE, PLACES, environment, fixed
from tests.blueprints.service.models import composed, model, site


def test_offline_nothing_is_asked_of_the_internet_and_online_nothing_keeps_it_away() -> None:
    offline, online = composed().environment, composed(mode="online").environment
    assert {**offline, **OFFLINE} == offline
    assert not set(OFFLINE) & set(online)


@pytest.mark.parametrize("mode", ["offline", "online"])
def test_nobody_is_told_that_something_is_used_in_either_mode(mode: str) -> None:
    found = composed(mode=mode).environment
    assert {found[name] for name in ("DO_NOT_TRACK", "VLLM_NO_USAGE_STATS")} == {"1"}
    assert found["HF_HUB_DISABLE_TELEMETRY"] == "1"


def test_all_that_is_written_is_below_the_cache() -> None:
    found = composed().environment
    assert {found[name].split("/")[1] for name in PLACES} == {"cache"}


def test_proxies_are_for_what_is_online() -> None:
    at = {
        "proxies": {"https": "http://proxy.example.org:3128", "no_proxy": ["example.org"]},
    }
    assert not [name for name in composed(at=at).environment if "proxy" in name.lower()]
    found = composed(at=at, mode="online").environment
    assert found["HTTPS_PROXY"] == found["https_proxy"] == "http://proxy.example.org:3128"
    assert found["no_proxy"] == found["NO_PROXY"] == "localhost,127.0.0.1,::1,example.org"
    assert "HTTP_PROXY" not in found


def test_the_set_of_the_chosen_transport_is_for_services_of_several_nodes() -> None:
    cxi = {"network": {"transport": "cxi", "interface": "hsn0"}}
    said: dict[str, Any] = {"engine": {"version": "0.11.0"}, "accelerators": 8}
    found = composed("alps", at=cxi, **said).environment
    assert found["NCCL_NET"] == "AWS Libfabric"
    assert "NCCL_IB_DISABLE" not in found
    plain = composed("alps", **said).environment
    assert plain["NCCL_IB_DISABLE"] == "1"
    assert "NCCL_NET" not in plain
    assert "NCCL_SOCKET_IFNAME" not in composed("alps", engine={"version": "0.11.0"}).environment


def test_what_a_site_says_beyond_the_set_is_over_it_and_the_model_over_both() -> None:
    at = {
        "network": {
            "interface": "hsn0",
            "variables": {"NCCL_IB_DISABLE": "0", "NCCL_DEBUG": "WARN"},
        }
    }
    said: dict[str, Any] = {"accelerators": 8, "engine": {"version": "0.11.0"}}
    found = composed("alps", at=at, **said, environment={"NCCL_DEBUG": "INFO"}).environment
    assert (found["NCCL_IB_DISABLE"], found["NCCL_DEBUG"]) == ("0", "INFO")


def test_a_model_may_tune_what_the_paper_tuned() -> None:
    assert composed(environment={"OMP_NUM_THREADS": "8"}).environment["OMP_NUM_THREADS"] == "8"


def test_pictures_are_not_fetched_from_somewhere_else_where_the_version_can_be_told() -> None:
    name = "VLLM_MEDIA_URL_ALLOW_REDIRECTS"
    assert name not in composed().environment
    assert composed(engine={"version": "0.11.0"}).environment[name] == "0"


@pytest.mark.parametrize("version", ["0.8.5", "0.11.0", "0.18.0", "0.33.0"])
@pytest.mark.parametrize("mode", ["offline", "online"])
def test_every_variable_of_the_engine_is_known_to_the_version(version: str, mode: str) -> None:
    facts = engine_facts("vllm")
    found = environment(model(mode=mode, engine={"version": version}), site(), "ray")
    own = [name for name in found if name.startswith("VLLM_")]
    assert own
    assert [name for name in own if not facts.variable(name, version)] == []


def test_what_is_another_on_each_node_is_not_said_for_all() -> None:
    assert not BY_NODE & set(composed(accelerators=16).environment)
    assert fixed(model()) >= BY_NODE
