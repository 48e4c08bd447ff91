"""Names, tags, networks and keys: what no device could spell, or what no host could have."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from tce.intent.names import (
    Address,
    EnvironmentName,
    FlowName,
    Leg,
    Line,
    Network,
    NetworkType,
    Ports,
    PublicKey,
    SecretKey,
    Tag,
    Text,
    Variable,
    port_range,
)


def refused(kind: Any, value: object) -> str:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter[Any](kind).validate_python(value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("0.0.0.0/0", "the whole world", id="all of IPv4"),
        pytest.param("::/0", "the whole world", id="all of IPv6"),
        pytest.param("10.0.0.1/24", "say 10.0.0.0/24, or 10.0.0.1/32", id="host bits"),
        pytest.param("2001:db8::1/64", "say 2001:db8::/64, or 2001:db8::1/128", id="bits of IPv6"),
        pytest.param("::ffff:10.0.0.0/104", "say 10.0.0.0", id="IPv4 written as IPv6"),
        pytest.param("::ffff:0:0/96", "is IPv4 written as IPv6", id="all of IPv4 as IPv6"),
        pytest.param("::/64", "is IPv4 written as IPv6", id="what holds IPv4 as IPv6"),
        pytest.param("224.0.0.0/4", "multicast", id="multicast"),
        pytest.param("192.0.0.0/2", "holds 224.0.0.0/3", id="what holds multicast"),
        pytest.param("127.0.0.1/32", "loopback", id="loopback"),
        pytest.param("fe80::/64", "link-local", id="link-local"),
        pytest.param("169.254.1.0/24", "link-local", id="link-local of IPv4"),
        pytest.param("0.1.0.0/16", "this network", id="this network"),
        pytest.param("fe80::%eth0/64", "has to be a network", id="an address with an interface"),
        pytest.param("10.0.0.0/33", "has to be a network", id="too long a prefix"),
        pytest.param("hospital", "has to be a network", id="a name"),
    ],
)
def test_a_network_that_is_none_is_refused(text: str, why: str) -> None:
    assert why in refused(Network, text)


@pytest.mark.parametrize("text", ["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32", "fd00::1/128"])
def test_a_network_of_hosts_is_taken(text: str) -> None:
    assert TypeAdapter(Network).validate_python(text) == text


def test_a_single_address_is_its_own_network() -> None:
    assert TypeAdapter(Network).validate_python("192.0.2.1") == "192.0.2.1/32"


def test_an_address_is_no_ipv4_written_as_ipv6() -> None:
    assert "is IPv4 written as IPv6" in refused(Address, "::ffff:10.0.0.1")
    assert TypeAdapter(Address).validate_python("2001:DB8::1") == "2001:db8::1"


@pytest.mark.parametrize(
    ("tag", "why"),
    [(0, "reserved"), (4095, "reserved"), (1, "default"), (4096, "no VLAN"), (-1, "no VLAN")],
)
def test_a_reserved_vlan_is_refused(tag: int, why: str) -> None:
    assert why in refused(Tag, tag)


def test_a_vlan_is_a_number() -> None:
    assert "valid integer" in refused(Tag, "412")
    assert TypeAdapter(Tag).validate_python(2) == 2


def test_a_trunk_is_refused() -> None:
    assert "a trunk" in refused(NetworkType, "L2VlanTrunkNetwork")
    assert "untagged" in refused(NetworkType, "UntaggedNetwork")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (0, "from 1 to 65535"),
        ("0-10", "from 1 to 65535"),
        (65536, "65536 is no port"),
        ("90-80", "goes from 90 down to 80"),
        ("443,444", "from 1 to 65535"),
        ("https", "from 1 to 65535"),
        (True, "valid"),
        (4.5, "valid"),
    ],
)
def test_ports_that_are_none_are_refused(said: object, why: str) -> None:
    assert why in refused(Ports, said)


def test_ports_are_one_or_a_range() -> None:
    assert port_range(443) == (443, 443)
    assert port_range("5000-5010") == (5000, 5010)
    assert TypeAdapter(Ports).validate_python("22-22") == "22"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (EnvironmentName, "Hospital"),
        (EnvironmentName, "a-b"),
        (EnvironmentName, "1st"),
        (EnvironmentName, "longerthantwelve"),
        (EnvironmentName, "hos pital"),
        (EnvironmentName, "hospital;"),
        (FlowName, "a b"),
        (FlowName, "a;deny"),
        (FlowName, 'a"b'),
        (FlowName, "a{"),
        (FlowName, "a\nb"),
        (FlowName, "übung"),
        (FlowName, "-a"),
        (FlowName, "a" * 41),
        (Leg, "tce0/1"),
        (Leg, "sixteencharacter"),
        (Leg, "tce0*"),
    ],
)
def test_a_name_that_breaks_the_syntax_of_a_device_is_refused(kind: object, text: str) -> None:
    assert "has to be" in refused(kind, text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("two\nlines", "one line"),
        ("a\ttab", "one line"),
        (" ", "says nothing"),
        ("--", "says nothing"),
        ("", "at least 1"),
        ("\u202eright to left", "direction"),
    ],
)
def test_what_becomes_a_comment_is_one_line_that_says_something(text: str, why: str) -> None:
    assert why in refused(Line, text)


def test_an_environment_is_not_called_as_a_value_is() -> None:
    assert "is a word of YAML" in refused(EnvironmentName, "off")


@pytest.mark.parametrize("text", ["AQEB", "not base64", "A" * 44, "AQEBAQEB" * 5 + "AQEB"])
def test_a_public_key_is_32_bytes(text: str) -> None:
    assert "WireGuard public key" in refused(PublicKey, text)


@pytest.mark.parametrize("text", ["api_key", "/vllm/api_key", "vllm/", "../vllm/key", "vllm key"])
def test_a_secret_is_named_by_its_path_and_key(text: str) -> None:
    assert "has to be" in refused(SecretKey, text)


@pytest.mark.parametrize("text", ["1ST", "A-B", "A B", "", "A=B"])
def test_a_variable_is_one_that_every_shell_takes(text: str) -> None:
    assert "has to be" in refused(Variable, text)


def test_a_file_has_lines_and_hides_nothing() -> None:
    assert TypeAdapter(Text).validate_python("one:\n\ttwo\n") == "one:\n\ttwo\n"
    assert "direction" in refused(Text, "\u202eright to left")
