"""Lists that hold one thing twice."""

from pathlib import Path

import pytest

from blueprints.check.rules import duplicate_name
from tests.blueprints.check.rules.asking import told

POD = """apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  initContainers: [{name: i}]
  containers:
    - name: c
      args: [-v, -v, --a, x, --b, x]
      env: [{name: A, value: "1"}, {name: B, value: "1"}]
      ports: [{name: h, containerPort: 80}, {name: i, containerPort: 80, protocol: UDP}]
      volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: /b}]
    - name: d
  volumes: [{name: v}, {name: w}]
"""


def test_a_word_may_stand_twice_in_a_command_and_a_volume_be_mounted_twice(tmp_path: Path) -> None:
    assert told(duplicate_name, tmp_path, {"a.yaml": POD}) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{name: B,", "{name: A,", "a.yaml:9: Pod p: spec.containers[0].env holds name A twice"),
        ("protocol: UDP", "protocol: TCP", "containerPort 80/TCP twice"),
        ("{name: i, containerPort: 80,", "{name: h, containerPort: 81,", "holds name h twice"),
        ("mountPath: /b", "mountPath: /a", "mountPath /a twice"),
        ("- name: d", "- name: c", "spec.containers holds name c twice"),
        ("- name: d", "- name: i", "name i of an init container twice"),
        ("{name: w}", "{name: v}", "spec.volumes holds name v twice"),
    ],
)
def test_what_is_keyed_stands_once(old: str, new: str, words: str, tmp_path: Path) -> None:
    (one,) = told(duplicate_name, tmp_path, {"a.yaml": POD.replace(old, new, 1)})
    assert words in one


def test_other_lists_hold_no_item_twice(tmp_path: Path) -> None:
    text = (
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r}\nrules:\n"
        "  - {apiGroups: [''], resources: [pods], verbs: [get, list, get]}\n"
        "  - {apiGroups: [''], resources: [secrets], verbs: [get]}\n"
        "  - {verbs: [get], apiGroups: [''], resources: [secrets]}\n"
    )
    assert told(duplicate_name, tmp_path, {"a.yaml": text}) == [
        "a.yaml:5: Role r: rules[0].verbs holds get twice",
        "a.yaml:7: Role r: rules holds the same item twice",
    ]
