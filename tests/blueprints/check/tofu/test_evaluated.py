"""Modules with their inputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from blueprints.check.tofu.evaluated import Evaluated, Inner
from blueprints.check.tofu.modules import folders
from blueprints.check.tofu.values import Unknown
from tests.blueprints.check.tofu.trees import MODULE, repository, written

POOLS = [{"name": "master", "role": "master", "count": 3}, {"name": "a", "role": "b", "count": 1}]


def config(folder: Path, inputs: dict[str, Any], module: str = MODULE) -> Inner:
    repo = written(folder, {"modules/cluster/main.tf": module})
    ((_, resource),) = Evaluated(folders(repo)["modules/cluster"], inputs).blocks(
        "rancher2_cluster_v2"
    )
    (inner,) = resource.of("rke_config")
    return inner


def test_locals_and_inputs_are_put_together(tmp_path: Path) -> None:
    inner = config(tmp_path, {"network": "cilium"})
    assert inner.value("machine_global_config") == {
        "cni": "cilium",
        "disable-kube-proxy": True,
        "profile": "cis",
    }


def test_a_variable_without_an_input_has_its_default(tmp_path: Path) -> None:
    assert config(tmp_path, {}).value("machine_global_config")["cni"] == "cilium"


def test_what_nobody_says_is_unknown(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    ((_, resource),) = Evaluated(folders(repo)["modules/cluster"], {}).blocks("rancher2_cluster_v2")
    assert isinstance(resource.value("name"), Unknown)
    assert resource.value("nothing") is None


def test_dynamic_blocks_stand_for_each_item(tmp_path: Path) -> None:
    pools = list(config(tmp_path, {"pools": POOLS}).of("machine_pools"))
    assert [
        (one.value("name"), one.value("quantity"), one.value("etcd_role")) for one in pools
    ] == [
        ("master", 3, True),
        ("a", 1, False),
    ]


def test_dynamic_blocks_of_a_map_have_its_keys(tmp_path: Path) -> None:
    module = MODULE.replace("machine_pools.value.name", "machine_pools.key")
    pools = config(tmp_path, {"pools": {"one": POOLS[0]}}, module).of("machine_pools")
    assert [one.value("name") for one in pools] == ["one"]


def test_dynamic_blocks_of_a_list_that_nobody_knows_are_none(tmp_path: Path) -> None:
    assert list(config(tmp_path, {}).of("machine_pools")) == []


def test_blocks_that_are_written_are_found_beside_them(tmp_path: Path) -> None:
    (one,) = config(tmp_path, {}).of("machine_selector_config")
    assert one.value("config") == {"kubelet-arg": ["a=b"]}


def test_locals_that_need_each_other_end_somewhere(tmp_path: Path) -> None:
    module = MODULE.replace("cni                = var.network", "cni = local.server.cni")
    found = config(tmp_path, {}, module).value("machine_global_config")
    assert isinstance(found["cni"], Unknown)
