"""The words of one rule; what packets it fits is asked in test_nftables."""

import pytest

from tce.read.nft_match import RuleReader, elements, verdict
from tce.read.nft_rules import Line, Meaning, Set, Verdict
from tce.read.nft_tokens import Stream
from tce.space.errors import NotModelledError
from tce.space.header import Field


def rule(text: str, sets: dict[str, Set] | None = None) -> Line:
    return RuleReader(Stream(text, "f"), sets or {}, Meaning("f", ("tce0", "up0"))).read()


def test_a_rule_knows_its_line_and_its_text() -> None:
    found = rule('tcp  dport 22\taccept comment "ssh"')
    assert (found.line, found.text) == (1, 'tcp dport 22 accept comment "ssh"')
    assert found.verdict == Verdict("accept")


@pytest.mark.parametrize(
    "text",
    [
        "counter accept",
        "counter packets 5 bytes 300 accept",
        'counter name "x" accept',
        "log accept",
        'log prefix "a" level warn flags all accept',
        "log group 1 snaplen 64 queue-threshold 2 accept",
        "accept",
    ],
)
def test_what_counts_and_logs_changes_nothing(text: str) -> None:
    found = rule(text)
    assert (found.clauses, found.verdict) == ((), Verdict("accept"))
    assert found.logs is text.startswith("log")


@pytest.mark.parametrize(
    "text",
    [
        "limit rate 5/second",
        "limit rate over 10/minute burst 5 packets",
        "limit rate 400 kbytes/second counter",
    ],
)
def test_a_limit_matters_only_with_a_verdict(text: str) -> None:
    assert rule(f"{text} log group 1").verdict is None
    assert not rule(f"{text} log group 1").logs
    with pytest.raises(NotModelledError, match="under a limit"):
        rule(f"{text} drop")


@pytest.mark.parametrize(
    "text",
    ["", " with tcp reset", " with icmp type port-unreachable", " with icmpx admin-prohibited"],
)
def test_what_is_rejected_does_not_pass(text: str) -> None:
    assert rule(f"reject{text}").verdict == Verdict("drop")


def test_a_list_of_states_is_any_of_them() -> None:
    (clause,) = rule("ct state established,related accept").clauses
    assert clause.entries[0].needs == {Field.STATE: ((1, 2),)}


def test_a_set_without_name_is_one_entry_and_a_named_one_an_entry_each() -> None:
    (clause,) = rule("tcp dport { 22, 80-90 } accept").clauses
    assert [one.needs[Field.DPORT] for one in clause.entries] == [((22, 22), (80, 90))]
    named = Set(1, ("inet_service",), False, elements(Stream("22, 80 }", "f"), maps=False))
    (clause,) = rule("tcp dport @s accept", {"s": named}).clauses
    assert [one.text for one in clause.entries] == ["22", "80"]


def test_a_set_is_asked_for_what_it_is_of() -> None:
    named = Set(1, ("ipv4_addr",), False)
    with pytest.raises(NotModelledError, match="the set s is of ipv4_addr, not of this"):
        rule("tcp dport @s accept", {"s": named})


def test_elements_may_hold_sets_counters_and_comments() -> None:
    stream = Stream('1 counter packets 1 bytes 2, { 2, 3 }, 4 comment "four", }', "f")
    assert [one.parts for one in elements(stream, maps=False)] == [("1",), ("2",), ("3",), ("4",)]


def test_elements_of_a_map_have_verdicts() -> None:
    stream = Stream('"a" . "b" : jump c, x:accept, "y":drop }', "f")
    found = elements(stream, maps=True)
    assert [one.verdict for one in found] == [
        Verdict("jump", "c"),
        Verdict("accept"),
        Verdict("drop"),
    ]


def test_sets_within_sets_have_an_end() -> None:
    with pytest.raises(NotModelledError, match=r"f:1: '\{' stands in too many sets"):
        elements(Stream("{ " * 500, "f"), maps=False)


def test_elements_that_expire_are_refused() -> None:
    with pytest.raises(NotModelledError, match="f:1: 'timeout'"):
        elements(Stream("1 timeout 5m }", "f"), maps=False)


def test_what_is_no_verdict_is_refused() -> None:
    with pytest.raises(NotModelledError, match="'dnat'"):
        verdict(Stream("dnat", "f"))
