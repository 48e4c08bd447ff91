import pytest

from tce.read.nft_keys import KEYS
from tce.read.nft_rules import Element, Meaning, Set, Table
from tce.space.errors import NotModelledError
from tce.space.header import Field

MEANING = Meaning("f", ("tce0", "up0"))


def of(*parts: str, line: int = 3) -> Element:
    return Element(parts, line, " . ".join(parts))


def test_a_table_sees_its_families() -> None:
    assert Table(1, "ip", "t").families == {4}
    assert Table(1, "ip6", "t").families == {6}
    assert Table(1, "inet", "t").families == {4, 6}


def test_a_port_brings_its_protocol_and_that_there_is_a_header() -> None:
    clause = MEANING.clause([KEYS["udp dport"]], [of("53")], 1)
    assert clause.entries[0].needs == {
        Field.DPORT: ((53, 53),),
        Field.PROTO: ((17, 17),),
        Field.FRAGMENT: ((0, 0),),
    }


def test_type_and_code_of_icmp_come_together() -> None:
    keys = [KEYS["icmp type"], KEYS["icmp code"]]
    clause = MEANING.clause(keys, [of("3", "4")], 1)
    assert clause.entries[0].needs[Field.ICMP] == ((3 * 256 + 4, 3 * 256 + 4),)


def test_what_none_of_them_is_keeps_protocol_and_family() -> None:
    clause = MEANING.clause([KEYS["icmp type"]], [of("8"), of("0")], 1, negated=True)
    (entry,) = clause.entries
    assert entry.families == {4}
    assert entry.needs[Field.PROTO] == ((1, 1),)
    assert entry.needs[Field.ICMP] == ((256, 8 * 256 - 1), (9 * 256, 65_535))


def test_families_are_joined_and_negated() -> None:
    key = [KEYS["meta nfproto"]]
    assert MEANING.clause(key, [of("ipv4"), of("ipv6")], 1).entries[0].families == {4, 6}
    assert MEANING.clause(key, [of("ipv4")], 1, negated=True).entries[0].families == {6}


def test_addresses_of_two_families_fit_nothing_together() -> None:
    keys = [KEYS["ip saddr"], KEYS["ip6 daddr"]]
    assert MEANING.clause(keys, [of("10.0.0.1", "::1")], 1).entries[0].families == frozenset()


def test_an_interface_outside_of_the_model_is_marked() -> None:
    entry = MEANING.clause([KEYS["meta iifname"]], [of("lo")], 1).entries[0]
    assert entry.outside
    both = MEANING.clause([KEYS["meta iifname"]], [of("lo"), of("up0")], 1).entries[0]
    assert not both.outside
    assert both.needs[Field.IIF] == ((2, 2),)


def test_errors_carry_the_element_s_line() -> None:
    with pytest.raises(NotModelledError, match="f:9: x is no IPv4 address"):
        MEANING.clause([KEYS["ip saddr"]], [of("x", line=9)], 1)
    with pytest.raises(NotModelledError, match=r"f:9: a \. b is not modelled"):
        MEANING.clause([KEYS["ip saddr"]], [of("a", "b", line=9)], 1)


def test_a_named_set_is_found_by_what_it_is_of() -> None:
    sets = {"s": Set(1, ("ip saddr",), False, [of("10.0.0.1")])}
    assert MEANING.named(sets, "s", [KEYS["ip daddr"]], 1, maps=False) == [of("10.0.0.1")]
    with pytest.raises(NotModelledError, match="f:5: there is no map of verdicts s"):
        MEANING.named(sets, "s", [KEYS["ip daddr"]], 5, maps=True)
