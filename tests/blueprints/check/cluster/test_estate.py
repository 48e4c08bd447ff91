"""Clusters as data."""

from __future__ import annotations

from blueprints.check.cluster.estate import estate
from blueprints.check.held import Held

DATA = b"""\
name: production-inference
pools:
  virtual:
  - {name: master, role: master, count: 3}
  metal:
  - {name: servers, servers: [{name: a}, {name: b}]}
  - {name: many, count: many}
"""


def test_every_cluster_is_found_by_its_folder() -> None:
    held = Held({"a/b/cluster.yaml": DATA, "c/cluster.yaml": b"name: c\n", "d/other.yaml": DATA})
    known = estate(held)
    assert list(known) == ["a/b"]
    assert (known["a/b"].name, known["a/b"].file) == ("production-inference", "a/b/cluster.yaml")
    assert estate(held) is known


def test_pools_have_a_place_and_a_size() -> None:
    member = estate(Held({"cluster.yaml": DATA}))[""]
    assert [(path, member.size(pool)) for path, pool in member.pools()] == [
        (("virtual", 0), 3),
        (("metal", 0), 2),
        (("metal", 1), None),
    ]
