"""Chains that jump, return and go to, against a step by step walk through them."""

from dataclasses import dataclass
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tce.read.nftables import read
from tce.space.errors import NotModelledError
from tce.space.filter import decide
from tce.space.header import TCP, UDP, Field, packet

Step = Literal["accept", "drop", "return", "jump", "goto", "none"]
STEPS: tuple[Step, ...] = ("accept", "drop", "return", "jump", "goto", "none")


@dataclass(frozen=True)
class Wanted:
    """A rule: ports that it fits, on which side, and what it then does."""

    low: int
    high: int
    side: Literal["sport", "dport"]
    step: Step
    target: int

    def text(self) -> str:
        said = "" if self.step == "none" else self.step
        to = f" c{self.target}" if self.step in ("jump", "goto") else ""
        return f"tcp {self.side} {self.low}-{self.high} counter {said}{to}"


def rules(chain: int) -> st.SearchStrategy[list[Wanted]]:
    """Of a chain; it only ever goes on to chains after it, so that nothing goes in a circle."""
    steps = STEPS if chain < 3 else ("accept", "drop", "return", "none")
    one = st.builds(
        lambda first, second, side, step, target: Wanted(
            min(first, second), max(first, second), side, step, target
        ),
        st.integers(0, 7),
        st.integers(0, 7),
        st.sampled_from(("sport", "dport")),
        st.sampled_from(steps),
        st.integers(chain + 1, 3) if chain < 3 else st.just(3),
    )
    return st.lists(one, max_size=4)


CHAINS = st.tuples(rules(0), rules(1), rules(2), rules(3))


def walked(chains: tuple[list[Wanted], ...], chain: int, sport: int, dport: int) -> str | None:
    """What a chain says of a packet; None where it comes to its end."""
    for one in chains[chain]:
        port = sport if one.side == "sport" else dport
        if not one.low <= port <= one.high or one.step == "none":
            continue
        if one.step == "return":
            return None
        if one.step in ("accept", "drop"):
            return one.step
        said = walked(chains, one.target, sport, dport)
        if said is not None or one.step == "goto":
            return said
    return None


@given(CHAINS, st.sampled_from(("accept", "drop")))
def test_the_flat_list_decides_as_the_walk_does(
    chains: tuple[list[Wanted], ...], policy: str
) -> None:
    text = "table inet t {\n"
    for number in (3, 2, 1):
        body = "\n".join(one.text() for one in chains[number])
        text += f"chain c{number} {{\n{body}\n}}\n"
    body = "\n".join(one.text() for one in chains[0])
    text += f"chain f {{\ntype filter hook forward priority 0; policy {policy};\n{body}\n}}\n}}\n"
    four, *_ = read(text, "t.nft")
    for sport in range(8):
        for dport in range(8):
            one = packet(4, proto=TCP, sport=sport, dport=dport)
            assert decide(four, one)[0] == (walked(chains, 0, sport, dport) or policy), text


def chain(rules_: str, more: str = "") -> str:
    head = "type filter hook forward priority 0; policy drop;"
    return f"table inet t {{\n{more}chain f {{\n{head}\n{rules_}\n}}\n}}\n"


def test_a_rule_that_can_fit_nothing_stays_as_a_rule_without_boxes() -> None:
    four, *_ = read(chain("tcp dport 22 tcp dport 23 accept"), "t.nft")
    assert [(one.line, one.boxes) for one in four.rules] == [(4, ())]


def test_a_rule_of_the_other_family_is_left_out() -> None:
    four, six, *_ = read(chain("ip6 saddr ::1 accept\nip saddr 10.0.0.1 accept"), "t.nft")
    assert [one.line for one in four.rules] == [5]
    assert [one.line for one in six.rules] == [4]


def test_a_rule_with_two_sets_keeps_its_own_line() -> None:
    sets = "set a {\ntype ipv4_addr\nelements = { 10.0.0.1, 10.0.0.2 }\n}\n"
    sets += "set p {\ntype inet_service\nelements = { 22, 80 }\n}\n"
    four, *_ = read(chain("ip saddr @a tcp dport @p accept", sets), "t.nft")
    assert [(one.line, len(one.boxes)) for one in four.rules] == [(12, 4)]


def test_a_circle_of_jumps_is_refused() -> None:
    text = chain("jump a", "chain a {\njump b\n}\nchain b {\njump a\n}\n")
    with pytest.raises(NotModelledError, match="16 jumps, or a circle"):
        read(text, "t.nft")


def test_a_chain_with_a_hook_is_none_to_jump_to() -> None:
    more = "chain i {\ntype filter hook input priority 0;\n}\n"
    with pytest.raises(NotModelledError, match="there is no chain i to go to"):
        read(chain("jump i", more), "t.nft")


def test_a_ruleset_that_comes_to_too_many_boxes_is_refused() -> None:
    scattered = ", ".join(str(port) for port in range(1, 2000, 2))
    rule = f"tcp sport {{ {scattered} }} tcp dport {{ {scattered} }} accept"
    with pytest.raises(NotModelledError, match="more than 500000 boxes"):
        read(chain(rule), "t.nft")


def test_a_chain_that_only_drops_comes_before_the_one_that_decides() -> None:
    more = "chain first {\ntype filter hook forward priority 9;\ntcp dport 23 drop\n}\n"
    four, *_ = read(chain("tcp dport 22-23 accept", more), "t.nft")
    assert [(one.line, one.action) for one in four.rules] == [(4, "drop"), (8, "accept")]
    assert (four.default, four.default_line) == ("drop", 7)


def test_two_chains_that_only_drop_leave_everything_else_open() -> None:
    one = "chain {} {{\ntype filter hook forward priority 0;\ntcp dport {} drop\n}}\n"
    text = f"table ip t {{\n{one.format('a', 1)}{one.format('b', 2)}}}\n"
    four, *_ = read(text, "t.nft")
    assert [rule.line for rule in four.rules] == [4, 8]
    assert four.default == "accept"


def test_a_chain_that_accepts_may_stand_alone_only() -> None:
    more = "chain first {\ntype filter hook forward priority 9;\ntcp dport 23 accept\ndrop\n}\n"
    with pytest.raises(NotModelledError, match=r"t\.nft:7: more than one chain that accepts"):
        read(chain("tcp dport 22 accept", more), "t.nft")


def test_what_returns_in_too_many_ways_is_refused() -> None:
    one = "tcp sport {{ {0} }} tcp dport {{ {0} }} return".format(
        ", ".join(str(port) for port in range(1, 100, 2))
    )
    more = f"chain a {{\n{one}\naccept\n}}\n"
    with pytest.raises(NotModelledError, match=r"t\.nft:3: too many ways to return"):
        read(chain("jump a", more), "t.nft")


def test_a_packet_of_another_protocol_is_not_touched_by_rules_for_tcp() -> None:
    four, *_ = read(chain("tcp dport 0-65535 accept"), "t.nft")
    assert decide(four, packet(4, proto=UDP))[0] == "drop"
    assert four.rules[0].boxes[0][Field.PROTO] == (TCP, TCP)
