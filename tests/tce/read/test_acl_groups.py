import pytest

from tce.read.acl_config import blocks
from tce.read.acl_entry import Groups
from tce.read.acl_groups import GroupReader
from tce.space.errors import NotModelledError
from tce.space.header import TCP, UDP, Field
from tests.tce.read.test_acl_entry import DIALECT


def groups(text: str) -> Groups:
    reader = GroupReader("f", DIALECT)
    for block in blocks(text, "f"):
        reader.take(block)
    return reader.groups()


def test_networks_are_joined_with_those_of_other_groups() -> None:
    text = "object-group network A\n host 0.0.0.1\n group-object B\n"
    text += "object-group network B\n description more\n range 0.0.0.2 0.0.0.5\n 0.0.1.0/24\n"
    assert groups(text).networks["A"] == ((1, 5), (256, 511))


def test_a_mask_of_a_group_is_a_netmask() -> None:
    assert groups("object-group network A\n 0.0.1.9 255.255.255.0\n").networks["A"] == ((256, 511),)
    with pytest.raises(NotModelledError, match="f:2: a netmask of a group has its 1 bits first"):
        groups("object-group network A\n 0.0.1.0 0.0.0.255\n")


def test_any_network_is_every_address() -> None:
    assert groups("object-group network A\n any\n").networks["A"] == ((0, 2**32 - 1),)


def test_services_are_protocols_with_ports_of_either_end() -> None:
    text = "object-group service S\n tcp 80\n tcp source gt 1023 eq 443\n tcp-udp range 5 9\n ip\n"
    found = groups(text).services["S"]
    assert [one.protocol for one in found] == [TCP, TCP, TCP, UDP, None]
    assert found[1].layer4 == {Field.SPORT: ((1024, 65_535),), Field.DPORT: ((443, 443),)}
    assert found[3].layer4 == {Field.DPORT: ((5, 9),)}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("object-group network A\n group-object A\n", "f:2: there is no group A, or it holds"),
        ("object-group network A\n group-object B\n", "f:2: there is no group B"),
        ("object-group service A\n group-object B\n", "f:2: there is no group B"),
        ("object-group network A\n host x\n", "f:2: x is no IPv4"),
        ("object-group network A\n range 0.0.0.9 0.0.0.1\n", "f:2: the range goes down"),
        ("object-group network A\n one two three\n", "f:2: 'one two three'"),
        ("object-group v6-network A\n", "f:1: 'object-group v6-network A'"),
        ("object-group service A\n tcp source\n", "f:2: "),
        ("object-group service A\n tcp eq 1 log\n", "f:2: 'tcp eq 1 log'"),
        ("object-group service A\n icmp eq 1\n", "f:2: "),
    ],
)
def test_what_a_group_cannot_hold_is_refused(text: str, why: str) -> None:
    with pytest.raises(NotModelledError, match=why):
        groups(text)
