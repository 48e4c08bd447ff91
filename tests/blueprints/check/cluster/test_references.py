"""Names that documents use and give."""

from pathlib import Path

from blueprints.check.cluster.references import mounted_names
from tests.blueprints.check.cluster.known import known

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: team}
spec:
  serviceAccountName: account
  imagePullSecrets: [{name: pull}]
  containers:
    - name: main
      env: [{name: A, valueFrom: {secretKeyRef: {name: secret, key: k, optional: true}}}]
      envFrom: [{configMapRef: {name: all}}]
  volumes:
    - {name: claim, persistentVolumeClaim: {claimName: data}}
    - {name: some, secret: {secretName: tls, items: [{key: tls.crt, path: crt}]}}
    - {name: both, projected: {sources: [{configMap: {name: part}}]}}
"""
GIVEN = """\
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: e, namespace: team}
spec: {target: {name: made}, data: [{secretKey: user}]}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: t, namespace: team}
spec: {target: {template: {data: {url: "{{ .user }}"}}}, data: [{secretKey: user}]}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: f, namespace: team}
spec: {dataFrom: [{extract: {key: k}}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i, namespace: team, annotations: {cert-manager.io/issuer: own}}
spec: {tls: [{secretName: i-tls}]}
"""
GENERATOR = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: team
configMapGenerator: [{name: made, literals: [a=b], files: [dir/c.txt, d=e.txt]}]
"""


def test_everything_that_a_pod_names_is_found(tmp_path: Path) -> None:
    found = known(tmp_path, pod=POD).references
    assert {(one.kind, one.name, one.key, one.optional) for one in found} == {
        ("ServiceAccount", "account", "", False),
        ("Secret", "pull", "", False),
        ("Secret", "secret", "k", True),
        ("ConfigMap", "all", "", False),
        ("PersistentVolumeClaim", "data", "", False),
        ("Secret", "tls", "tls.crt", False),
        ("ConfigMap", "part", "", False),
    }
    assert all(one.namespace == "team" for one in found)


def test_secrets_are_given_by_more_than_secrets(tmp_path: Path) -> None:
    given = known(tmp_path, given=GIVEN).provided
    keys = {name: one.keys for (_, _, name), one in given.items()}
    assert keys["made"] == frozenset({"user"})
    assert keys["t"] == frozenset({"url"})
    assert keys["f"] is None
    assert keys["i-tls"] == frozenset({"tls.crt", "tls.key", "ca.crt"})


def test_generators_of_kustomize_give_too(tmp_path: Path) -> None:
    given = known(tmp_path, kustomization=GENERATOR).provided
    assert given["ConfigMap", "team", "made"].keys == frozenset({"a", "c.txt", "d"})


def test_volumes_are_named_in_their_order() -> None:
    assert mounted_names({"volumes": [{"name": "b"}, {"name": "a"}]}) == ("b", "a")


CONFIGURATION = """\
apiVersion: metallb.io/v1beta1
kind: L2Advertisement
metadata: {name: a, namespace: metallb-system}
spec: {ipAddressPools: [services]}
---
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: acme}
spec: {acme: {solvers: [{dns01: {rfc2136: {tsigSecretSecretRef: {name: tsig, key: secret}}}}]}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: rbd}
parameters:
  csi.storage.k8s.io/node-stage-secret-name: rbd
  csi.storage.k8s.io/node-stage-secret-namespace: ceph-csi
  csi.storage.k8s.io/provisioner-secret-name: "${pvc.name}"
  csi.storage.k8s.io/provisioner-secret-namespace: ceph-csi
---
apiVersion: kueue.x-k8s.io/v1beta2
kind: ClusterQueue
metadata: {name: q}
spec: {resourceGroups: [{flavors: [{name: gpu}]}]}
"""


def test_configuration_of_operators_names_pools_secrets_and_flavours(tmp_path: Path) -> None:
    found = known(tmp_path, it=CONFIGURATION).references
    assert {(one.kind, one.namespace, one.name) for one in found} == {
        ("IPAddressPool", "metallb-system", "services"),
        ("Secret", "cert-manager", "tsig"),
        ("Secret", "ceph-csi", "rbd"),
        ("ResourceFlavor", "", "gpu"),
    }
