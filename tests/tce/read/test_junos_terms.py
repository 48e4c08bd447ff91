"""One term as a value; whole filters are read in test_junos."""

import pytest

from tce.read.junos_paths import Word
from tce.read.junos_terms import Term, Understood, understood
from tce.space.errors import NotModelledError
from tce.space.header import Family, Field, box

LISTS = {"servers": [("10.1.0.0/16", 1), ("2001:db8::/32", 2)], "empty": []}


def term(conditions: str, actions: str = "accept", family: Family = 4) -> Understood:
    one = Term(Word("t", 3))
    for said in filter(None, conditions.split(";")):
        name, *words = said.split()
        one.conditions.setdefault(name, []).append(tuple(Word(word, 4) for word in words))
    for said in filter(None, actions.split(";")):
        one.actions.append(tuple(Word(word, 5) for word in said.split()))
    return understood(one, family, LISTS, "f")


def test_a_term_without_conditions_fits_everything() -> None:
    found = term("", "discard;log")
    assert (found.everything, found.logs) == (True, True)
    assert found.rule is not None
    assert found.rule.boxes == (box(4),)


@pytest.mark.parametrize("actions", ["", "accept", "count x;accept", "count x", "syslog"])
def test_a_term_without_an_action_accepts(actions: str) -> None:
    rule = term("protocol 99", actions).rule
    assert rule is not None
    assert rule.action == "accept"


@pytest.mark.parametrize("actions", ["discard", "reject", "reject administratively-prohibited"])
def test_what_is_rejected_or_discarded_does_not_pass(actions: str) -> None:
    rule = term("", actions).rule
    assert rule is not None
    assert rule.action == "drop"


def test_next_term_decides_nothing() -> None:
    assert term("protocol tcp", "count x;next term").rule is None


def test_a_list_of_prefixes_counts_those_of_the_family() -> None:
    for family, low in ((4, 10 << 24 | 1 << 16), (6, 0x20010DB8 << 96)):
        rule = term("source-prefix-list servers", family=4 if family == 4 else 6).rule
        assert rule is not None
        assert rule.boxes[0][Field.SRC][0] == low
    with pytest.raises(NotModelledError, match="f:4: the prefix list empty has no prefix of IPv4"):
        term("source-prefix-list empty")


def test_a_port_of_either_end_excepted_is_one_of_neither() -> None:
    rule = term("protocol udp;port-except 53").rule
    assert rule is not None
    whole = [one for one in rule.boxes if one[Field.FRAGMENT] == (0, 0)]
    assert {one[Field.SPORT] for one in whole} == {(0, 52), (54, 65_535)}
    assert {one[Field.DPORT] for one in whole} == {(0, 52), (54, 65_535)}


def test_both_of_prefixes_and_a_list_are_refused() -> None:
    with pytest.raises(NotModelledError, match="source-address and source-prefix-list"):
        term("source-address 10.0.0.0/8;source-prefix-list servers")


def test_both_of_values_and_exceptions_are_refused() -> None:
    with pytest.raises(NotModelledError, match="icmp-type and icmp-type-except"):
        term("protocol icmp;icmp-type 3;icmp-type-except 8")


def test_a_prefix_that_is_meant_and_excepted_is_refused() -> None:
    with pytest.raises(NotModelledError, match="both meant and excepted"):
        term("source-address 10.0.0.0/8;source-address 10.0.0.0/8 except")
