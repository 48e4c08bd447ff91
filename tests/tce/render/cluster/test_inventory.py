from __future__ import annotations

from typing import Any

import pytest
import yaml

from tce.intent.spec import Specification
from tce.render.cluster import inventory
from tests.tce.intent.specifications import ALPS, HOSPITAL, typed
from tests.tce.render.cluster.rendered import texts


def read(spec: Specification) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(texts(inventory.files, spec)[inventory.PATH])
    everybody: dict[str, Any] = found["all"]
    return everybody


def members(everybody: dict[str, Any], group: str) -> list[str]:
    said = everybody["children"][group]
    below = [name for child in said.get("children", {}) for name in members(everybody, child)]
    return [*said.get("hosts", {}), *below]


@pytest.mark.parametrize("example", [HOSPITAL, ALPS])
def test_every_host_is_a_gateway_or_a_server_or_an_agent_and_one_of_them_only(
    example: str,
) -> None:
    everybody = read(typed(example=example))
    known = [members(everybody, group) for group in ("gateway", "servers", "agents")]
    hosts = [name for group in known for name in group]
    assert len(hosts) == len(set(hosts))
    kinds = [*members(everybody, "virtual"), *members(everybody, "diskless")]
    assert sorted(kinds) == sorted([*known[1], *known[2]])


def test_nothing_secret_and_no_free_text_is_in_it() -> None:
    text = texts(inventory.files, typed())[inventory.PATH]
    assert "{{" not in text
    assert "{%" not in text
    assert "password" not in text
    assert "private" not in text


def test_diskless_nodes_get_a_ram_disk_and_are_no_place_for_volumes() -> None:
    everybody = read(typed(example=ALPS))
    pool = everybody["children"]["pool_gpu"]["vars"]
    assert pool["node_ram_bytes"] == 200 * 2**30
    assert "node.longhorn.io/create-default-disk" not in pool["node_labels"]
    assert pool["node_taints"][0] == {"key": "hpc", "value": "true", "effect": "NoSchedule"}
    assert everybody["children"]["diskless"]["vars"]["node_diskless"] is True
    assert "node_disk" not in everybody["children"]["diskless"]["vars"]


def test_agents_with_an_encrypted_disk_hold_volumes_and_servers_do_not() -> None:
    everybody = read(typed())
    label = "node.longhorn.io/create-default-disk"
    assert everybody["children"]["pool_workers"]["vars"]["node_labels"][label] == "true"
    assert label not in everybody["children"]["pool_masters"]["vars"]["node_labels"]


def test_tang_servers_are_named_with_what_has_to_be_compared() -> None:
    said = read(typed())["vars"]
    assert said["tce_tang_threshold"] == 2
    assert [one["adv"] for one in said["tce_tang"]] == [
        f"keys/tang/tang{n}.hospital.example.org.jws" for n in (1, 2, 3)
    ]
    assert all(len(one["thumbprint"]) == 43 for one in said["tce_tang"])
