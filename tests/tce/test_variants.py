"""Environments unlike the examples render to what the check, proof included, lets pass."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from blueprints.check.finding import Level
from blueprints.check.run import Asked, check
from blueprints.emit.yaml import yaml_text
from tce.blueprint import BLUEPRINT
from tests.blueprints.update.repositories import rendered
from tests.tce.intent.specifications import ALPS, HOSPITAL, data
from tests.tce.render.network.environments import without_ipv6

TODAY = dt.date(2026, 11, 22)
CEPH = {
    "ceph": {
        "id": "0c9d2f4e-0000-4000-8000-000000000000",
        "monitors": ["10.1.9.1:6789"],
        "cidr": "10.1.9.0/24",
        "pool": "tce",
        "filesystem": "cephfs",
    },
    "flows/+": {
        "name": "volumes",
        "from": {"zone": "tce"},
        "to": {"zone": "provider", "networks": ["10.1.9.0/24"]},
        "protocol": "tcp",
        "ports": [3300, 6789, "6800-7568"],
        "why": "volumes, encrypted before they leave a machine",
        "owner": "platform team of the hospital",
        "expires": "2027-11-30",
    },
    "cluster/components/+": "ceph-csi",
    "versions/components/ceph-csi": "3.15.0",
}
VARIANTS: dict[str, tuple[dict[str, Any], str]] = {
    "volumes on the provider's Ceph": (CEPH, HOSPITAL),
    "IPv4 only, nothing runs, GitHub": (
        {
            **without_ipv6(),
            "git/ci": "github",
            "sandboxes/0/workloads": [],
            "sandboxes/1/workloads": [],
        },
        HOSPITAL,
    ),
    "no sandbox, a newer Kubernetes": (
        {"sandboxes": [], "versions/kubernetes": "v1.35.1+rke2r1"},
        HOSPITAL,
    ),
    "a fabric that is on, text that breaks things": (
        {
            "fabric": 'a partition of its own: "by the centre" {{ x }} #1',
            "cluster/title": "He said '{{ x }}': |é\u2603",
            "cluster/components/+": "kueue",
            "versions/components/kueue": "0.13.4",
        },
        ALPS,
    ),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_it_renders_to_what_the_check_lets_pass(name: str, tmp_path: Path) -> None:
    changes, example = VARIANTS[name]
    folder = rendered(tmp_path / "made", BLUEPRINT, yaml_text([data(changes, example)]).decode())
    found = check(folder, Asked(history=False), TODAY, lambda _: None)
    assert [one for one in found.findings if one.level is not Level.NOTE] == []
