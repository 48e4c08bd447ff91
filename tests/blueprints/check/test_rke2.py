"""Clusters of RKE2, wherever they are described."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprints.check.rke2 import clusters, known, minor
from blueprints.check.tofu.values import UNKNOWN
from tests.blueprints.check.tofu.trees import FILES, HERE, repository, written

RANCHER = """\
apiVersion: provisioning.cattle.io/v1
kind: Cluster
metadata: {name: tds, namespace: fleet-default}
spec:
  kubernetesVersion: v1.31.0+rke2r1
  rkeConfig:
    machineGlobalConfig: {cni: canal}
    chartValues: {rke2-canal: {calico: {}}}
    machineSelectorConfig:
    - config: {protect-kernel-defaults: true}
    - config: {kubelet-arg: [a=b]}
      machineLabelSelector: {matchLabels: {hpc: "true"}}
    machinePools:
    - {name: masters, quantity: 3, etcdRole: true, controlPlaneRole: true}
"""
CHART = """\
apiVersion: helm.cattle.io/v1
kind: HelmChartConfig
metadata: {name: rke2-cilium, namespace: kube-system}
spec:
  valuesContent: |-
    kubeProxyReplacement: true
"""


def test_a_unit_of_terragrunt_is_a_cluster_with_its_inputs(tmp_path: Path) -> None:
    (one,) = clusters(repository(tmp_path))
    assert (one.name, one.version, one.by_node) == (f"{HERE}/cluster", "v1.33.5+rke2r1", False)
    everywhere, some = one.settings
    assert everywhere.data["disable-kube-proxy"] is True
    assert (everywhere.servers, some.servers) == (True, False)
    assert [(part.name, part.data) for part in one.charts] == [
        ("rke2-cilium", {"kubeProxyReplacement": True})
    ]
    assert [(pool.name, pool.count, pool.etcd) for pool in one.pools] == [
        ("master", 3, True),
        ("baseline", 4, False),
    ]


def test_a_module_that_no_unit_runs_is_a_cluster_too(tmp_path: Path) -> None:
    (one,) = clusters(written(tmp_path, {"main.tf": FILES["modules/cluster/main.tf"]}))
    assert one.settings[0].data["cni"] == "cilium"
    assert one.pools == []


def test_objects_of_rancher_are_clusters(tmp_path: Path) -> None:
    (one,) = clusters(written(tmp_path, {"a.yaml": RANCHER}))
    assert (one.name, one.version) == ("Cluster fleet-default/tds", "v1.31.0+rke2r1")
    assert [(part.line, part.servers) for part in one.settings] == [
        (7, True),
        (10, True),
        (11, False),
    ]
    assert [(pool.name, pool.count, pool.etcd, pool.control_plane) for pool in one.pools] == [
        ("masters", 3, True, True)
    ]
    assert [part.name for part in one.charts] == ["rke2-canal"]


def test_nodes_below_one_folder_are_one_cluster_with_the_charts_beside_them(tmp_path: Path) -> None:
    repo = written(
        tmp_path,
        {
            "a/one/etc/rancher/rke2/config.yaml": "cni: cilium\n",
            "a/one/etc/rancher/rke2/config.yaml.d/50.yaml": "cni: canal\n",
            "a/two/etc/rancher/rke2/config.yaml": "server: https://192.0.2.1:9345\n",
            "a/manifests/rke2-cilium.yaml": CHART,
            "b/one/etc/rancher/rke2/config.yaml": "cni: calico\n",
        },
    )
    first, second = clusters(repo)
    assert [(part.data.get("cni"), part.servers) for part in first.settings] == [
        ("canal", True),
        (None, False),
    ]
    assert [part.data for part in first.charts] == [{"kubeProxyReplacement": True}]
    assert (second.name, second.charts) == ("b", [])


def test_other_files_of_that_name_are_none(tmp_path: Path) -> None:
    repo = written(
        tmp_path, {"rke2/a/config.yaml": "name: a\n", "app/config.yaml": "cni: cilium\n"}
    )
    assert clusters(repo) == []


@pytest.mark.parametrize(
    ("version", "numbers"),
    [("v1.33.5+rke2r1", (33, 5)), ("1.33.5", (33, 5)), ("", (0, 0)), ("v1.x.y", (0, 0))],
)
def test_a_version_is_its_minor_and_its_patch(version: str, numbers: tuple[int, int]) -> None:
    assert minor(version) == numbers


def test_nothing_is_known_of_what_is_not_there() -> None:
    assert known(False)
    assert not known(None)
    assert not known(UNKNOWN)
