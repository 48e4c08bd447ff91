"""Variants that the rule cluster-quorum finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "cluster-quorum"
FILE = "clusters/production/inference/cluster.yaml"
METAL = """\
  metal:
    - name: servers
      role: master
      flavour: metal
      servers:
        - {name: a, address: 192.0.2.1}
        - {name: b, address: 192.0.2.2}
"""
RANCHER = """\
apiVersion: provisioning.cattle.io/v1
kind: Cluster
metadata: {name: tds, namespace: fleet-default}
spec:
  rkeConfig:
    machinePools:
      - {name: masters, quantity: 2, etcdRole: true, controlPlaneRole: true}
      - {name: workers, quantity: 4, workerRole: true}
"""

WRONG: dict[str, tuple[*tuple[Edit, ...], str]] = {
    "two masters": ((FILE, "count: 3", "count: 2"), "has 2 masters: as little survives as with 1"),
    "no masters": ((FILE, "count: 3", "count: 0"), "has no master"),
    "no pool of masters": ((FILE, "role: master", "role: worker"), "has no master"),
    "three and two servers": (
        (FILE, "", METAL.replace("a, ", "c, ") + "        - {name: c, address: 192.0.2.3}\n"),
        "has 6 masters",
    ),
    "masters of any number": ((FILE, "count: 3", "count: many"), "is not a number"),
    "a diskless master": (
        (FILE, "flavour: harvester", "flavour: hpc"),
        "has etcd on diskless nodes",
    ),
    "an even number in Rancher": (("rancher.yaml", "", RANCHER), "has 2 masters"),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "three and two": ((FILE, "", METAL),),
    "one": ((FILE, "count: 3", "count: 1"),),
    "five workers": ((FILE, "count: 4", "count: 6"),),
    "three in Rancher": (("rancher.yaml", "", RANCHER.replace("quantity: 2", "quantity: 3")),),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
