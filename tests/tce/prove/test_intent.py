"""The intent as the proof reads it."""

from __future__ import annotations

import datetime as dt

import pytest

from tce.intent.flows import allowed
from tce.intent.spec import Specification
from tce.prove.intent import Intent, UnreadableIntentError, internet, read_intent
from tce.prove.ranges import network, union
from tests.tce.intent.specifications import typed
from tests.tce.prove.rendered import SPEC, TODAY, intent, rendered


def reading(old: str, new: str, today: dt.date = TODAY) -> Intent:
    text = rendered()[SPEC].decode()
    assert old in text
    return read_intent(text.replace(old, new, 1), SPEC, today)


def test_legs_zones_and_devices_are_as_written() -> None:
    its = intent()
    assert its.legs == ("tce0", "up0", "wg0")
    assert its.own_legs == (1,)
    assert its.switches[0] == ("leaf1", "eos", "Vlan411")
    assert its.problems == ()
    assert its.of_kind(4, "tce") == (network("10.90.12.0/24")[1],)


@pytest.mark.parametrize("example", ["hospital", "alps"])
def test_both_readings_of_a_specification_allow_the_same(example: str) -> None:
    """The renderer's is another one; what the two say has to be the same packets."""
    model = typed(example=example)
    assert isinstance(model, Specification)
    theirs = set()
    for one in allowed(model):
        for source in union(network(str(each))[1] for each in one.sources):
            for end in union(network(str(each))[1] for each in one.destinations):
                for ports in one.ports or ((0, 0),):
                    proto = {"tcp": 6, "udp": 17, "sctp": 132}.get(one.protocol)
                    proto = proto or (1 if one.version == 4 else 58)
                    theirs.add((one.version, source, end, proto, tuple(ports)))
    its = intent(example)
    ours = {
        (flow.family, source, end, flow.protocol, ports)
        for flow in (*its.flows, *its.tunnels)
        for source in flow.sources
        for end in flow.destinations
        for ports in flow.ports or ((0, 0),)
    }
    assert ours == theirs


def test_the_internet_is_what_may_be_routed_and_no_zone_has() -> None:
    taken = network("198.51.100.0/24")[1]
    left = internet(4, [(taken,)])
    for text, there in (
        ("198.51.100.7", False),
        ("203.0.113.80", True),
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("9.255.255.255", True),
    ):
        number = network(text)[1][0]
        assert any(first <= number <= last for first, last in left) is there, text
    assert internet(6, [()]) == (network("2000::/3")[1],)


def test_without_ipv6_the_internet_has_none() -> None:
    text = rendered()[SPEC].decode().replace("ipv6: true", "ipv6: false")
    its = read_intent(text, SPEC, TODAY)
    assert its.zones["internet"].addresses[6] == ()
    assert "ipv6 is false" in its.problems[0].message


def test_words_are_words() -> None:
    its = reading("kind: transit, leg: up0", "kind: transit, leg: on")
    assert its.legs[its.transit.leg - 1] == "on"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("owner: platform team of the hospital", "owner: ' '", "nobody owns kubectl"),
        ("expires: 2027-11-30", "expires: 2026-11-21", "kubectl is over since 2026-11-21"),
        ("10.200.4.0/24", "10.201.4.0/24", "not all of it lies in hospital"),
        ("10.128.0.0/10", "10.90.12.0/25", "lie in tenants and tce"),
        ("from: {zone: hospital}", "from: {zone: tenants}", "joins the environment and another"),
        ("from: {zone: hospital}", "from: {zone: tce}", "begins and ends at one leg"),
    ],
)
def test_what_is_wrong_with_the_intent_itself_is_told(old: str, new: str, message: str) -> None:
    assert any(message in one.message for one in reading(old, new).problems)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("kind: tenants", "kind: tenant"),
        ("kind: transit, leg: up0", "kind: transit, leg: up0, except: [10.0.0.0/8]"),
        ("from: {zone: hospital}", "from: {zone: hospital, except: [10.0.0.0/8]}"),
        ("protocol: tcp", "protocol: gre"),
        ("ports: [6443]", "ports: [0]"),
        ("ports: [6443]", "ports: [9-5]"),
        ("10.200.4.0/24", "10.200.4.1/24"),
        ("blueprint: tce", "blueprint: cluster"),
        ("kind: transit", "kind: management"),
        ("why: administrators", "unless: it rains\n    why: administrators"),
    ],
)
def test_what_is_not_understood_is_refused(old: str, new: str) -> None:
    with pytest.raises(UnreadableIntentError, match=r"^spec\.yaml"):
        reading(old, new)


@pytest.mark.parametrize("text", ["", "[]", "a: [", "blueprint: tce\nversion: 1\n"])
def test_what_is_no_specification_is_refused(text: str) -> None:
    with pytest.raises(UnreadableIntentError, match=r"^spec\.yaml"):
        read_intent(text, SPEC, TODAY)
