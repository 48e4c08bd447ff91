"""Variants that the rule cluster-specification finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "cluster-specification"
FILE = "clusters/production/inference/cluster.yaml"
VERSIONS = "clusters/production/versions.yaml"
SPEC = "spec.yaml"
INVENTORY = "clusters/production/inference/inventory.yaml"
VALUES = "clusters/production/inference/values/metallb.yaml"
HPC = """\
          - name: gpu
            flavour: hpc
            vcluster: one
            gpus: 4
            memory: 800Gi
            storage: {type: ram, size: 200Gi}
            nodes: [{name: nid1, address: 10.31.0.1}]
"""
ALPS = """\
  alps:
    vclusters:
      - {name: one, network: production, architecture: arm64}
"""
POOL = """\
  hpc:
    - name: gpu
      role: worker
      flavour: hpc
      labels: {hpc: "true"}
      taints:
        - {key: hpc, value: "true", effect: NoSchedule}
      vcluster: one
      network: {name: production, cidr: 10.21.0.0/22, vlan: 210}
      memory_gib: 800
      gpus: 4
      storage: {type: ram, size: 200Gi}
      nodes:
        - {name: nid1, address: 10.31.0.1}
"""
HOSTS = """\
all:
  vars: {cluster_id: production-inference, cluster_api: 10.21.0.10}
  children:
    workers: {children: {pool_gpu: {}}}
    pool_gpu: {hosts: {nid1: {ansible_host: 10.31.0.1}}}
"""
DIRECTORY = """\
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: production, namespace: argocd}
spec:
  generators:
    - clusters: {selector: {matchLabels: {tutela/environment: production}}}
  template:
    spec:
      source: {repoURL: https://git.example.org/clusters.git, targetRevision: main, path: root}
"""
GIT = "  git: {repository: https://git.example.org/clusters.git}\n"
DIRECTORIES = (("argocd/a.yaml", "", DIRECTORY), (SPEC, "  domain: k8s", GIT + "  domain: k8s"))
ALL = (
    (SPEC, "", HPC),
    (SPEC, "environments:", ALPS + "environments:"),
    (FILE, "", POOL),
    (INVENTORY, "", HOSTS),
)

WRONG: dict[str, tuple[*tuple[Edit, ...], str]] = {
    "another owner": (
        (FILE, "- inference-admins", "- everybody"),
        "owners.admins is ['everybody']",
    ),
    "another title": ((FILE, "Models for everybody", "Models"), "title is Models"),
    "another VLAN": (
        (FILE, "vlan: 210", "vlan: 211"),
        "network.vlan is 211; the specification says 210",
    ),
    "another range": ((FILE, "10.42.0.0/16", "10.40.0.0/16"), "ranges.pods is 10.40.0.0/16"),
    "another address of DNS": ((FILE, "10.43.0.10", "10.43.0.11"), "ranges.dns"),
    "no encryption": (
        (FILE, "encryption: wireguard", "encryption: none"),
        "cni.encryption is none",
    ),
    "another address": ((FILE, "api: 10.21.0.10", "api: 10.21.0.11"), "api is 10.21.0.11"),
    "more memory": (
        (FILE, "memory_gib: 32", "memory_gib: 33"),
        "pools.virtual.0.memory_gib is 33; the specification says 32",
    ),
    "more machines": ((FILE, "count: 4", "count: 5"), "pools.virtual.1.count is 5"),
    "another role": ((FILE, "role: worker", "role: master"), "pools.virtual.1.role is master"),
    "a pool that nobody asked for": (
        (FILE, "name: baseline", "name: base"),
        "pool base is not in the specification",
    ),
    "a pool that is missing": ((FILE, "name: baseline", "name: base"), "has no pool baseline"),
    "another component": ((FILE, "- metallb", "- cert-manager"), "components is ['cert-manager']"),
    "another version": ((VERSIONS, "v1.33.5", "v1.33.4"), "kubernetes is v1.33.4+rke2r1"),
    "another chart": ((VERSIONS, "0.15.2", "0.15.1"), "components.metallb is 0.15.1"),
    "a chart that nobody asked for": (
        (VERSIONS, "  metallb", "  kueue: 0.1.0\n  metallb"),
        "components.kueue is 0.1.0; the specification says nothing",
    ),
    "no versions": (
        (SPEC, "  production:\n    versions:", "  tds:\n    versions:"),
        "there is no clusters/tds/versions.yaml",
    ),
    "a cluster that is not there": (
        (SPEC, "  - name: inference", "  - name: sandbox"),
        "there is no clusters/production/sandbox/cluster.yaml",
    ),
    "a cluster that nobody asked for": (
        (SPEC, "  - name: inference", "  - name: sandbox"),
        "is of no cluster of the specification",
    ),
    "a name of another cluster": (
        (
            SPEC,
            "      production:\n        network: production\n",
            (
                "      tds: {api: 10.21.0.12, masters: {}, workers: []}\n"
                "      production:\n"
                "        network: production\n"
            ),
        ),
        (FILE, "title:", "note: tds-inference\ntitle:"),
        "speaks of tds-inference, which is tds-inference's",
    ),
    "an address of another cluster": (
        (
            SPEC,
            "      production:\n        network: production\n",
            (
                "      tds: {api: 10.21.0.12, masters: {}, workers: []}\n"
                "      production:\n"
                "        network: production\n"
            ),
        ),
        (FILE, "title:", "note: 10.21.0.12\ntitle:"),
        "speaks of 10.21.0.12",
    ),
    "values that say another address": (
        (VALUES, "", "addresses: [10.21.2.0-10.21.2.9]\n"),
        "nothing of metallb says 10.21.1.0-10.21.1.127",
    ),
    "values of a component that it does not have": (
        (SPEC, "        metallb: 0.15.2", "        metallb: 0.15.2\n        kueue: 0.1.0"),
        ("clusters/production/inference/values/kueue-config.yaml", "", "a: 1\n"),
        "kueue is no component of production-inference",
    ),
    "no values of a component": (
        (SPEC, "components: [metallb]", "components: [metallb, kueue]"),
        (VALUES, "", "addresses: [10.21.1.0-10.21.1.127]\n"),
        "has nothing of kueue",
    ),
    "a node at another address": (
        *ALL,
        (INVENTORY, "ansible_host: 10.31.0.1", "ansible_host: 10.31.0.2"),
        "nid1 is reached elsewhere than at 10.31.0.1",
    ),
    "a node that is missing": (
        *ALL,
        (INVENTORY, "{nid1: {ansible_host: 10.31.0.1}}", "{}"),
        "inventory.yaml has no nid1",
    ),
    "a node that nobody asked for": (
        *ALL,
        (INVENTORY, "{nid1:", "{nid2: {}, nid1:"),
        "nid2 is no machine of the specification",
    ),
    "a worker among the masters": (
        *ALL,
        (INVENTORY, "workers: {", "masters: {"),
        "nid1 is no worker here",
    ),
    "another API": (
        *ALL,
        (INVENTORY, "cluster_api: 10.21.0.10", "cluster_api: 10.21.0.9"),
        "all.vars.cluster_api is 10.21.0.9",
    ),
    "no inventory": (*ALL[:3], "there is no clusters/production/inference/inventory.yaml"),
    "a pool of nodes without its taint": (
        *ALL,
        (FILE, "{key: hpc,", "{key: other,"),
        "taints.0.key is other",
    ),
    "an environment that there is none of": (
        *DIRECTORIES,
        ("argocd/a.yaml", "tutela/environment: production", "tutela/environment: prod"),
        "selects clusters of prod, which is no environment",
    ),
    "an environment that nobody selects": (
        *DIRECTORIES,
        ("argocd/a.yaml", "tutela/environment: production", "tutela/environment: prod"),
        "no ApplicationSet selects the clusters of production",
    ),
    "another repository": (
        *DIRECTORIES,
        ("argocd/a.yaml", "git.example.org", "elsewhere.example.org"),
        "which is not this repository",
    ),
    "another branch": (
        *DIRECTORIES,
        ("argocd/a.yaml", "targetRevision: main", "targetRevision: next"),
        "deploys next, not the branch main",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "an address in another notation": ((FILE, "10.21.1.0-10.21.1.127", "10.21.1.0 - 10.21.1.127"),),
    "values that say the addresses": ((VALUES, "", "addresses: [10.21.1.0-10.21.1.127]\n"),),
    "nodes of the supercomputer": (*ALL,),
    "an ApplicationSet": (*DIRECTORIES,),
    "a note of its own": ((FILE, "title:", "note: production-inference\ntitle:"),),
    "another blueprint": (
        (SPEC, "blueprint: cluster", "blueprint: other"),
        (FILE, "vlan: 210", "vlan: 211"),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
