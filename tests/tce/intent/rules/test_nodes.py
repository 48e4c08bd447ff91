"""Addresses of virtual machines: as many as there are, in the VLAN, and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tce.intent.specifications import GONE, tells, typed


@pytest.mark.parametrize(
    ("changes", "place", "text"),
    [
        pytest.param(
            {"nodes/masters": GONE}, "nodes", "needs the addresses of masters", id="a pool without"
        ),
        pytest.param(
            {"nodes/wokers": ["10.90.12.80"]},
            "nodes/wokers",
            "there is no pool of virtual machines wokers; did you mean workers?",
            id="a pool that is not there",
        ),
        pytest.param(
            {"nodes/masters/0": "10.90.12.11-10.90.12.12"},
            "nodes/masters",
            "masters has 3 machines and 2 addresses of IPv4",
            id="too few",
        ),
        pytest.param(
            {"nodes/masters/1": "2001:db8:90:12::11"},
            "nodes/masters",
            "masters has 3 machines and 1 addresses of IPv6",
            id="too few of the other family",
        ),
        pytest.param(
            {"nodes/masters/0": GONE},
            "nodes/masters",
            "masters has 3 machines and 0 addresses of IPv4",
            id="none of the cluster's family",
        ),
        pytest.param(
            {"nodes/masters/0": "10.90.13.11-10.90.13.13"},
            "nodes/masters/0",
            "10.90.13.11-10.90.13.13 is not in the VLAN",
            id="outside of the VLAN",
        ),
        pytest.param(
            {"nodes/masters/0": "10.90.12.8-10.90.12.10"},
            "nodes/masters/0",
            "masters's (10.90.12.8-10.90.12.10) overlaps with the API's (10.90.12.10)",
            id="the API's address",
        ),
        pytest.param(
            {"nodes/masters/0": "10.90.12.1-10.90.12.3"},
            "nodes/masters/0",
            "overlaps with the gateway's (10.90.12.1)",
            id="the gateway's address",
        ),
        pytest.param(
            {"nodes/masters/0": "10.90.12.63-10.90.12.65"},
            "nodes/",
            "overlaps with",
            id="another pool's address",
        ),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], place: str, text: str) -> None:
    tells(changes, place.rstrip("/"), text)


def test_one_family_is_enough() -> None:
    typed({"nodes/masters/1": GONE, "nodes/workers/1": GONE})
