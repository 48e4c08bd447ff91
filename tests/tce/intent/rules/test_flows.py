"""Flows: from somebody to somebody else, by something that filters can tell, and owned."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tce.intent.specifications import ALPS, GONE, data, said, tells


@pytest.mark.parametrize(
    ("changes", "place", "text"),
    [
        pytest.param(
            {"flows/1/name": "kubectl"}, "flows/1/name", "two flows of the name", id="a name twice"
        ),
        pytest.param(
            {"flows/1/name": "vpn-hospital"},
            "flows/1/name",
            "names of what is added by itself",
            id="a name that is taken",
        ),
        pytest.param(
            {"flows/1/from/zone": "hopsital"},
            "flows/1/from/zone",
            "there is no zone hopsital; did you mean hospital?",
            id="from nowhere",
        ),
        pytest.param(
            {"flows/2/from/zone": "tce", "flows/2/from/networks": GONE},
            "flows/2/to/zone",
            "what stays in a zone passes no device",
            id="to its own zone",
        ),
        pytest.param(
            {"flows/1/from/zone": "tenants"},
            "flows/1/from/zone",
            "nothing joins the environment and another tenant",
            id="from another tenant",
        ),
        pytest.param(
            {"flows/3/to": {"zone": "tenants"}},
            "flows/3/to/zone",
            "nothing joins the environment and another tenant",
            id="to another tenant",
        ),
        pytest.param(
            {"flows/1/to": {"zone": "internet"}},
            "flows/1/to/zone",
            "its gateway carries nobody else's traffic",
            id="past the environment",
        ),
        pytest.param(
            {"flows/3/to": {"zone": "transit"}},
            "flows/3/to/zone",
            "only the gateway and the provider's router are in the transit zone",
            id="to the transit zone",
        ),
        pytest.param(
            {"flows/0/from/networks/0": "10.201.0.0/24"},
            "flows/0/from/networks/0",
            "10.201.0.0/24 is not in hospital (zones.hospital)",
            id="a network that is not the zone's",
        ),
        pytest.param(
            {"flows/11/to/networks/0": "10.1.0.0/24"},
            "flows/11/to/networks/0",
            "10.1.0.0/24 is of another zone, at least in part",
            id="an internet that is somebody's",
        ),
        pytest.param(
            {"flows/11/to/networks/0": "192.168.7.0/24"},
            "flows/11/to/networks/0",
            "on nobody's internet",
            id="an internet that is private",
        ),
        pytest.param(
            {"flows/0/ports": GONE},
            "flows/0/protocol",
            "tcp needs ports",
            id="a protocol without ports",
        ),
        pytest.param(
            {"flows/10/ports": [7]}, "flows/10/ports", "icmp has no ports", id="an echo with ports"
        ),
        pytest.param(
            {"flows/0/ports/0": 0}, "flows/0/ports[0]", "a port from 1 to 65535", id="port 0"
        ),
        pytest.param(
            {"flows/0/ports/0": "90-80"},
            "flows/0/ports[0]",
            "goes from 90 down to 80",
            id="a range that goes down",
        ),
        pytest.param(
            {"flows/0/protocol": "gre"}, "flows/0/protocol", "should be", id="another protocol"
        ),
        pytest.param(
            {"flows/4/from/networks": ["2001:db8:90:12::/64"]},
            "flows/4/to",
            "hospital has IPv4 there and tce IPv6: nothing goes from one to the other",
            id="ends of two families",
        ),
        pytest.param(
            {"flows/0/owner": GONE}, "flows/0", 'needs the key "owner"', id="without an owner"
        ),
        pytest.param({"flows/0/owner": " "}, "flows/0/owner", "says nothing", id="a blank owner"),
        pytest.param(
            {"flows/0/owner": "TBD"},
            "flows/0/owner",
            "TBD answers for nothing; name a person or a group",
            id="an owner who is nobody",
        ),
        pytest.param(
            {"flows/0/why": "so\nwhy"}, "flows/0/why", "one line", id="a reason in two lines"
        ),
        pytest.param(
            {"flows/0/expires": GONE}, "flows/0", 'needs the key "expires"', id="without an end"
        ),
        pytest.param(
            {"flows/0/name": "a;deny"}, "flows/0/name", "has to be", id="a name that breaks syntax"
        ),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], place: str, text: str) -> None:
    tells(changes, place.replace("[0]", "/0"), text)


def test_nodes_are_kept_from_tenants_as_machines_are() -> None:
    tells(
        {"flows/9/to": {"zone": "tenants"}},
        "flows/9/to/zone",
        "nothing joins the environment and another tenant",
        ALPS,
    )


def test_every_wrong_flow_is_told_once() -> None:
    messages = said({f"flows/{index}/ports": GONE for index in (0, 1, 2)})
    assert len(messages) == 3
    lines = [int(one.split(":")[1]) for one in messages]
    assert lines == sorted(lines)


FIRST = data()["flows"][0]


def flow(number: int) -> dict[str, Any]:
    return {**FIRST, "name": f"many-{number}", "ports": [1 + number % 65_000]}


def test_of_ten_thousand_flows_the_wrong_one_is_found_and_no_other() -> None:
    many = [*data()["flows"], *(flow(number) for number in range(10_000))]
    many[7_012] = {**many[7_012], "from": {"zone": "tenants"}}
    (message,) = said({"flows": many})
    assert "flows[7012].from.zone: nothing joins" in message
