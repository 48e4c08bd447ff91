"""Objects that a cluster would refuse, or read as something else."""

import importlib.util
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
import yaml

from blueprints.check.rules import kubernetes_schema
from tests.blueprints.check.rules.asking import not_checked, told

DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: a
  namespace: x
  labels: {app: a}
spec:
  replicas: 1
  strategy: {type: Recreate}
  selector: {matchLabels: {app: a}}
  template:
    metadata: {labels: {app: a}}
    spec:
      restartPolicy: Always
      containers:
        - name: c
          image: a
          command: [run]
          env:
            - {name: A, value: "1"}
            - {name: B, valueFrom: {secretKeyRef: {name: s, key: k}}}
          ports:
            - {name: http, containerPort: 8080, protocol: TCP}
          resources: {limits: {cpu: 500m, memory: 1Gi, nvidia.com/gpu: 1}}
          readinessProbe: {httpGet: {path: /ready, port: http}}
          securityContext: {capabilities: {drop: [ALL]}}
          volumeMounts:
            - {name: v, mountPath: /v, subPath: a/b}
      volumes:
        - {name: v, emptyDir: {}}
"""


def test_a_good_object_is_not_told(tmp_path: Path) -> None:
    assert told(kubernetes_schema, tmp_path, {"a.yaml": DEPLOYMENT}) == []


SLIPS = [
    ("replicas: 1", 'replicas: "1"', "spec.replicas"),
    ("replicas: 1", "replicas:", "spec.replicas is empty"),
    ("replicas: 1", "replica: 1", "spec has no field replica"),
    ("name: a\n", "name: A_b\n", "metadata.name"),
    ("labels: {app: a}}\n", "labels: {app: 1}}\n", "spec.template.metadata.labels.app"),
    ("  selector: {matchLabels: {app: a}}\n", "", "spec.selector is missing"),
    ("type: Recreate", "type: Recreated", "allowed: Recreate, RollingUpdate"),
    ("{type: Recreate}", "{type: Recreate, rollingUpdate: {maxSurge: 1}}", "no rollingUpdate"),
    ("restartPolicy: Always", "restartPolicy: always", "allowed: Always"),
    ("image: a", "image:", "image is empty"),
    ("image: a\n", "imagee: a\n", "has no field imagee"),
    ("command: [run]", "command: run", "command"),
    ('value: "1"', "value: 1", "quote numbers"),
    ('value: "1"}', 'value: "1", valueFrom: {fieldRef: {fieldPath: status.podIP}}}', "at most one"),
    ("{name: s, key: k}", "{name: s}", "key is missing"),
    ("containerPort: 8080", "containerPort: 80800", "from 1 to 65535"),
    ("protocol: TCP", "protocol: tcp", "allowed: TCP"),
    ("name: http,", "name: http_port_of_all,", "port name"),
    ("memory: 1Gi", "memory: 1GB", "memory"),
    ("memory: 1Gi", "memory: 500m", "number of bytes"),
    ("nvidia.com/gpu", "gpu", "domain like nvidia.com/gpu"),
    ("path: /ready", "path: ready", "starts with /"),
    ("{path: /ready, port: http}}", "{path: /ready, port: http}, exec: {command: [a]}}", "one of"),
    ("drop: [ALL]", "drop: [CAP_ALL]", "without CAP_"),
    ("mountPath: /v", "mountPath: v", "absolute path"),
    ("subPath: a/b", "subPath: ../b", "neither starts with"),
    ("{name: v, emptyDir: {}}", "{name: v}", "exactly one source"),
    ("{name: v, emptyDir: {}}", "{name: v, emptyDir: {}, secret: {secretName: s}}", "one source"),
]


@pytest.mark.parametrize(("old", "new", "words"), SLIPS, ids=[new.strip() for _, new, _ in SLIPS])
def test_a_slip_is_told_with_what_is_wrong(old: str, new: str, words: str, tmp_path: Path) -> None:
    assert old in DEPLOYMENT
    found = told(kubernetes_schema, tmp_path, {"a.yaml": DEPLOYMENT.replace(old, new, 1)})
    assert any(words in one for one in found), found
    assert len(found) <= 2


REFUSED = [
    ("v1", "Service", "spec: {selector: {a: b}}", "spec has to have ports"),
    ("batch/v1", "Job", "spec: {template: {spec: {containers: []}}}", "restartPolicy is missing"),
    (
        "apps/v1",
        "DaemonSet",
        "spec: {selector: {}, template: {spec: {containers: []}}}",
        "have match",
    ),
    (
        "rbac.authorization.k8s.io/v1",
        "ClusterRole",
        "rules: [{resources: [pods], verbs: [get]}]",
        "rules[0].apiGroups is missing",
    ),
    (
        "rbac.authorization.k8s.io/v1",
        "Role",
        "rules: [{apiGroups: [''], resources: [pods], verbs: [gett]}]",
        "rules[0].verbs[0]",
    ),
    (
        "networking.k8s.io/v1",
        "NetworkPolicy",
        "spec: {podSelector: {}, ingress: [{from: [{}]}]}",
        "at least one of ipBlock",
    ),
    (
        "networking.k8s.io/v1",
        "NetworkPolicy",
        "spec: {podSelector: {}, egress: [{to: [{ipBlock: {cidr: 10.0.0.0}}]}]}",
        "be a network",
    ),
    ("v1", "ResourceQuota", "spec: {hard: {request.cpu: 1}}", "something a quota can count"),
    ("v1", "LimitRange", "spec: {limits: [{type: Containr}]}", "limits[0].type"),
    ("v1", "Namespace", "spec: {finalizer: []}", "no field finalizer"),
    ("batch/v1", "CronJob", "spec: {schedule: '* * *', jobTemplate: {}}", "five fields"),
]


@pytest.mark.parametrize(("api", "kind", "body", "words"), REFUSED)
def test_what_the_api_server_would_refuse_later_is_told(
    api: str, kind: str, body: str, words: str, tmp_path: Path
) -> None:
    text = f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: a}}\n{body}\n"
    found = told(kubernetes_schema, tmp_path, {"a.yaml": text})
    assert any(words in one for one in found), found


@pytest.mark.parametrize(
    "text",
    [
        "kind: Service\nmetadata: {name: a}\n",
        "apiVersion: v1\nmetadata: {name: a}\n",
        "metadata: {name: a}\nspec: {}\n",
    ],
)
def test_what_lacks_its_kind_is_no_object(text: str, tmp_path: Path) -> None:
    (found,) = told(kubernetes_schema, tmp_path, {"a.yaml": text})
    assert "is no Kubernetes object" in found


def test_the_form_of_the_file_does_not_matter(tmp_path: Path) -> None:
    data = yaml.safe_load(DEPLOYMENT)
    for number, flow in enumerate((True, False)):
        text = yaml.safe_dump(data, sort_keys=True, default_flow_style=flow)
        assert told(kubernetes_schema, tmp_path / str(number), {"a.yaml": text}) == []


def test_a_version_without_schemas_is_not_checked(tmp_path: Path) -> None:
    (reason,) = not_checked(
        kubernetes_schema, tmp_path, {"a.yaml": DEPLOYMENT}, kubernetes=("1.12",)
    )
    assert reason.startswith("there are no schemas for Kubernetes 1.12 (there are 1.25 to ")


def test_without_the_package_nothing_is_checked_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec

    def hide(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "jsonschema_rs" else find(name, package)

    monkeypatch.setattr("blueprints.check.extras.find_spec", hide)
    assert not_checked(kubernetes_schema, tmp_path, {"a.yaml": DEPLOYMENT}) == [
        "jsonschema-rs is not installed: pip install 'tutela[check]'"
    ]
