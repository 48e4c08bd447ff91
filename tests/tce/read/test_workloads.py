import pytest

from tce.read.manifests import read
from tce.read.workloads import namespaces, pods
from tce.space.errors import NotModelledError

TEXT = """\
apiVersion: v1
kind: Namespace
metadata: {name: one, labels: {tier: a}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: one}
spec:
  template:
    metadata: {labels: {app: web, n: 1}}
    spec:
      serviceAccountName: bot
      containers: [{name: c, ports: [{name: HTTP, containerPort: 80}, {containerPort: 81}]}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: night}
spec: {jobTemplate: {spec: {template: {spec: {hostNetwork: true}}}}}
---
apiVersion: v1
kind: Pod
metadata: {name: alone, labels: {app: alone}}
spec: {containers: []}
---
apiVersion: example.org/v1
kind: Deployment
metadata: {name: foreign}
"""


def test_every_kind_that_makes_pods_is_read() -> None:
    documents = tuple(read(TEXT.encode(), "a.yaml"))
    assert namespaces(documents) == {"one": {"tier": "a"}}
    web, night, alone = pods(documents)
    assert (str(web), web.line, web.on_host, web.ports) == ("one/web", 9, False, {(6, "http"): 80})
    assert web.labels["k8s", "app"] == "web"
    assert ("k8s", "n") not in web.labels
    assert web.labels["k8s", "io.cilium.k8s.namespace.labels.tier"] == "a"
    assert web.labels["k8s", "io.cilium.k8s.policy.serviceaccount"] == "bot"
    assert (str(night), night.on_host) == ("default/night", True)
    assert alone.labels["k8s", "app"] == "alone"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("kind: CronJob", "kind: RayCluster", "pods that an operator makes"),
        ("{template: {spec: {hostNetwork: true}}}", "{}", "CronJob night: has no pods"),
        ("app: web", "host: web", "the label host, at which policies are not enforced"),
    ],
)
def test_what_is_not_modelled_is_refused(old: str, new: str, words: str) -> None:
    documents = list(read(TEXT.replace(old, new).encode(), "a.yaml"))
    with pytest.raises(NotModelledError, match=words):
        list(pods(documents))


def test_pods_of_a_running_cluster_are_their_makers() -> None:
    text = """\
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Pod
    metadata:
      name: web-6d5f-abcde
      namespace: one
      labels: {app: web, pod-template-hash: 6d5f}
      ownerReferences: [{kind: ReplicaSet, name: web-6d5f}]
    spec: {containers: []}
  - apiVersion: apps/v1
    kind: ReplicaSet
    metadata: {name: web-6d5f, namespace: one, ownerReferences: [{kind: Deployment, name: web}]}
    spec: {template: {metadata: {labels: {app: web, pod-template-hash: 6d5f}}, spec: {}}}
  - apiVersion: v1
    kind: Pod
    metadata: {name: db-0, namespace: one, ownerReferences: [{kind: StatefulSet, name: db}]}
    spec: {containers: []}
"""
    found = list(pods(read(text.encode(), "live.yaml")))
    assert [str(one) for one in found] == ["one/web", "one/web", "one/db"]
    assert ("k8s", "pod-template-hash") not in found[0].labels
