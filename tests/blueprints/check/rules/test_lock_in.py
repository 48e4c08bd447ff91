"""What would not move to another site."""

from pathlib import Path

import pytest

from blueprints.check.finding import Level
from blueprints.check.rules import lock_in
from tests.blueprints.check.rules.asking import said

POD = """apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  nodeSelector: {hpc: "true"}
  tolerations: [{key: hpc, operator: Exists}]
  containers:
    - name: c
      env: [{name: FI_CXI_DEFAULT_CQ_SIZE, value: "1"}]
"""


def test_each_thing_that_binds_is_one_note_with_how_often(tmp_path: Path) -> None:
    found = said(lock_in, tmp_path, {"a.yaml": POD})
    assert [(one.message, one.level) for one in found] == [  # type: ignore[union-attr]
        ("node labels of an HPC system: 2 times, first by Pod p: hpc", Level.NOTE),
        ("Slingshot (CXI): once, first by Pod p: FI_CXI_DEFAULT_CQ_SIZE", Level.NOTE),
    ]


def test_on_a_commercial_site_each_place_is_an_error(tmp_path: Path) -> None:
    files = {"a.yaml": POD, "spec.yaml": "site: {profile: commercial}\n"}
    found = said(lock_in, tmp_path, files)
    assert [(one.line, one.level) for one in found] == [  # type: ignore[union-attr]
        (5, Level.ERROR),
        (6, Level.ERROR),
        (9, Level.ERROR),
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: a}\n"),
        ("a.yaml", "apiVersion: harvesterhci.io/v1beta1\nkind: X\nmetadata: {name: a}\n"),
        ("main.tf", 'resource "rancher2_cluster_v2" "a" {}\n'),
        ("main.tf", 'data "harvester_image" "a" {}\n'),
        ("image.toml", 'image = "x"\n[annotations]\ncom.hooks.cxi.enabled = "true"\n'),
        (
            "a.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n"
            "spec: {volumes: [{name: v, hostPath: {path: /dev/cxi0}}]}\n",
        ),
        (
            "a.yaml",
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: p}\n"
            "spec: {storageClassName: harvester-longhorn}\n",
        ),
    ],
)
def test_other_things_bind_too(name: str, text: str, tmp_path: Path) -> None:
    assert len(said(lock_in, tmp_path, {name: text})) == 1


def test_plain_things_do_not(tmp_path: Path) -> None:
    text = POD.replace("hpc", "disk").replace("FI_CXI_DEFAULT_CQ_SIZE", "A")
    files = {"a.yaml": text, "pyproject.toml": "[annotations]\na = 1\n", "main.tf": ""}
    assert said(lock_in, tmp_path, files) == []
