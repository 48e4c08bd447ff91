"""The gateway of a hand-written file, asked packet by packet; and what its reader refuses."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tce.read.nftables import read
from tce.space.errors import NotModelledError
from tce.space.filter import Filter
from tests.tce.read.deciding import LEGS, verdict

SAMPLE = (Path(__file__).parent / "samples" / "gateway.nft").read_text()
TCE, UP, WG = 1, 2, 3
CHAIN = "table inet t {\nchain c {\ntype filter hook forward priority 0; policy drop;\n"


def sample() -> tuple[Filter, ...]:
    return read(SAMPLE, "gateway.nft", LEGS)


def forward(rules: str, before: str = "") -> tuple[Filter, ...]:
    text = f"table inet t {{\n{before}chain c {{\n"
    text += f"type filter hook forward priority 0; policy drop;\n{rules}\n}}\n}}\n"
    return read(text, "t.nft", LEGS)


def test_both_hooks_and_both_families_are_there() -> None:
    assert [(one.point, one.family, one.default, one.default_line) for one in sample()] == [
        ("forward", 4, "drop", 45),
        ("forward", 6, "drop", 45),
        ("input", 4, "drop", 61),
        ("input", 6, "drop", 61),
    ]


@pytest.mark.parametrize(
    ("said", "iif", "oif", "expected"),
    [
        ("tcp 10.1.1.1:9 > 10.2.2.2:1 ack established", UP, TCE, "accept 46"),
        ("icmp 10.1.1.1 > 10.2.2.2 type3/1 related", UP, TCE, "accept 56"),
        ("icmp6 ::1 > ::2 type2 related", UP, TCE, "accept 57"),
        ("icmp 10.1.1.1 > 10.2.2.2 type8 related", UP, TCE, "drop"),
        ("udp 10.90.12.3:5 > 10.200.0.53:53", TCE, WG, "accept 16"),
        ("tcp 10.90.12.3:5 > 10.200.0.63:53 syn", TCE, WG, "accept 17"),
        ("udp 10.90.12.3:5 > 10.200.0.64:53", TCE, WG, "drop"),
        ("sctp 10.90.12.3:5 > 10.200.0.53:53", TCE, WG, "drop"),
        ("udp 10.90.12.3:5 > 10.200.200.1:123", TCE, WG, "accept 36"),
        ("udp 10.90.12.3:5 > 10.200.66.1:123", TCE, WG, "drop"),
        ("tcp 10.200.4.9:5 > 10.90.12.10:6443 syn", WG, TCE, "accept 39"),
        ("tcp 10.200.4.9:5 > 10.90.12.10:6443 syn psh", WG, TCE, "accept 39"),
        ("tcp 10.200.4.9:5 > 10.90.12.10:6443 syn ack", WG, TCE, "drop"),
        ("tcp 10.200.9.2:5 > 10.90.12.10:6443 syn", WG, TCE, "drop"),
        ("icmp 10.200.9.2 > 10.90.12.10 type8", WG, TCE, "accept 41"),
        ("icmp6 ::1 > ::2 type128", WG, TCE, "accept 42"),
        ("icmp6 ::1 > ::2 type128/1", WG, TCE, "drop"),
        ("tcp 10.90.12.3:5 > 203.0.113.80:443 syn", TCE, UP, "drop 31"),
        ("tcp 10.90.12.3:5 > 203.0.113.80:443 syn", UP, UP, "accept 51"),
        ("tcp 10.90.12.3:5 > 203.0.113.80:443 syn", WG, UP, "drop"),
        ("tcp [2001:db8:90:12::5]:9 > [2001:db8:200::10]:8200 syn", TCE, WG, "accept 24"),
        ("tcp [2001:db8:200:4::5]:9 > [2001:db8:90:12::10]:444 syn", WG, TCE, "drop"),
        ("sctp [2001:db8::5]:9 > [2001:db8::6]:444", UP, TCE, "drop 50"),
    ],
)
def test_packets_that_are_forwarded_are_judged_as_the_kernel_does(
    said: str, iif: int, oif: int, expected: str
) -> None:
    assert verdict(sample(), "forward", said, iif=iif, oif=oif) == expected


def test_a_goto_does_not_come_back() -> None:
    """Line 25 would accept what the map sends to a chain that does not decide."""
    said = "tcp [2001:db8:200:4::5]:9 > [2001:db8:90:12::10]:443 syn"
    assert verdict(sample(), "forward", said, iif=WG, oif=TCE) == "drop"


@pytest.mark.parametrize(
    ("said", "iif", "expected"),
    [
        ("udp 198.51.100.10:1 > 192.0.2.2:51820", UP, "accept 64"),
        ("udp 198.51.100.10:1 > 192.0.2.2:51820", TCE, "drop"),
        ("icmp6 fe80::1 > fe80::2 type135", TCE, "accept 65"),
        ("icmp6 fe80::1 > fe80::2 type135", WG, "drop"),
        ("tcp 10.1.1.1:9 > 10.2.2.2:1 related", 0, "accept 63"),
        ("tcp 10.1.1.1:9 > 10.2.2.2:1", 0, "drop"),
    ],
)
def test_packets_to_the_gateway_are_judged_as_the_kernel_does(
    said: str, iif: int, expected: str
) -> None:
    assert verdict(sample(), "input", said, iif=iif) == expected


def test_what_is_dropped_by_the_policy_after_a_rule_that_logs_all_is_logged() -> None:
    found = forward("tcp dport 22 accept\ncounter log group 3")
    assert [one.logs for one in found[:2]] == [True, True]
    assert not forward("tcp dport 22 accept\nlog group 3 tcp dport 1")[0].logs
    assert not forward("limit rate 1/second log group 3")[0].logs


def test_each_element_of_a_set_is_a_rule_with_its_line() -> None:
    found = forward(
        "ip saddr . tcp dport @s accept",
        "set s {\ntype ipv4_addr . inet_service\nelements = { 10.0.0.1 . 1,\n10.0.0.2 . 2 }\n}\n",
    )
    assert [(rule.line, rule.text) for rule in found[0].rules] == [
        (4, "10.0.0.1 . 1"),
        (5, "10.0.0.2 . 2"),
    ]
    assert found[1].rules == ()


def test_a_table_of_one_family_leaves_the_other_open() -> None:
    """Aerleon's `nftables: inet forward` gives `table ip`: IPv6 passed (facts, headline 3)."""
    text = CHAIN.replace("inet", "ip") + "tcp dport 22 accept\n}\n}\n"
    four, six, *to_itself = read(text, "t.nft", LEGS)
    assert (four.default, six.default, six.rules) == ("drop", "accept", ())
    assert [one.default for one in to_itself] == ["accept", "accept"]


def test_a_table_that_is_deleted_is_gone() -> None:
    found = read(f"{CHAIN}accept\n}}\n}}\ndelete table inet t\n{CHAIN}drop\n}}\n}}", "t.nft")
    assert [rule.line for rule in found[0].rules] == [11]
    assert read(f"{CHAIN}accept\n}}\n}}\nflush ruleset\n", "t.nft")[0].default == "accept"


def test_commands_add_to_what_is_there() -> None:
    text = (
        "add table inet t\n"
        "add set inet t s { type inet_service; }\n"
        "add chain inet t c { type filter hook forward priority 0; policy drop; }\n"
        "add rule inet t c tcp dport @s accept\n"
        "add element inet t s { 22, 80 }\n"
    )
    found = read(text, "t.nft", LEGS)
    assert [rule.text for rule in found[0].rules] == ["22", "80"]
    assert found[0].rules[0].line == 5


def test_lo_is_no_leg_and_what_is_not_lo_is_everything() -> None:
    found = forward('iifname "lo" accept\niifname != "lo" tcp dport 1 accept')
    assert [rule.line for rule in found[0].rules] == [5]
    assert verdict(found, "forward", "tcp 10.0.0.1:5 > 10.0.0.2:1", iif=0) == "accept 5"


def test_later_fragments_have_no_ports_to_fit() -> None:
    found = forward("tcp dport 0-65535 accept\nmeta l4proto udp accept")
    assert verdict(found, "forward", "tcp 10.0.0.1 > 10.0.0.2 later") == "drop"
    assert verdict(found, "forward", "udp 10.0.0.1 > 10.0.0.2 later") == "accept 5"


def test_icmp_asks_for_its_family_too() -> None:
    found = forward("icmp type echo-request accept\nmeta l4proto icmp accept")
    assert [rule.line for rule in found[0].rules] == [4, 5]
    assert [rule.line for rule in found[1].rules] == [5]


def test_ports_of_no_protocol_may_be_asked_for_where_a_jump_says_which() -> None:
    chain = "chain p {\nth dport 53 accept\n}\n"
    found = forward("meta l4proto udp jump p", chain)
    assert verdict(found, "forward", "udp 10.0.0.1:5 > 10.0.0.2:53") == "accept 3"
    with pytest.raises(NotModelledError, match=r"t\.nft:3: ports of any protocol"):
        forward("jump p", chain)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("tcp dport 22 dnat to 10.0.0.1", "'dnat'"),
        ("tcp dport 22 queue", "'queue'"),
        ("notrack", "'notrack'"),
        ("meta mark 1 accept", "meta mark is not modelled"),
        ("ct mark 1 accept", "ct mark is not modelled"),
        ("ct state new ct direction reply accept", "ct direction"),
        ("ip ttl 1 accept", "ip ttl"),
        ("ip6 nexthdr tcp accept", "ip6 nexthdr"),
        ("ip dscp cs1 accept", "ip dscp"),
        ("tcp dport 22 limit rate 5/second accept", "under a limit"),
        ("tcp flags syn,ack == 1 accept", "'=='"),
        ("tcp flags == syn accept", "as a whole"),
        ("tcp flags { syn } accept", "as a whole"),
        ("tcp flags & ecn == ecn accept", "the TCP flag ecn"),
        ("ip frag-off & 0x2000 != 0 drop", "frag-off"),
        ("th dport 53 accept", "ports of any protocol"),
        ("meta l4proto esp th dport 53 accept", "ports of a protocol without"),
        ('iifname "eth*" accept', "no leg"),
        ("iifname eth7 accept", "no leg"),
        ("ip saddr 10.0.0.0/8 . 1 accept", "is not modelled"),
        ("ip saddr @nowhere accept", "there is no set nowhere"),
        ("ip saddr vmap @nowhere", "there is no map"),
        ("ip saddr { } accept", "an empty set"),
        ("jump nowhere", "there is no chain nowhere"),
        ("jump c", "there is no chain c to go to"),
        ("accept accept", "after the rule's verdict"),
        ("tcp dport vmap { 22 : accept } drop", "after the rule's verdict"),
        ("tcp dport vmap { 22 : accept, * : drop }", r"'\*'"),
        ("ip saddr . ip daddr != { 10.0.0.1 . 10.0.0.2 } accept", "use of !="),
        ("ip saddr 10.0.0.1, 10.0.0.2 accept", "without braces"),
        ("tcp dport 22 set update ip saddr @s", "'set'"),
        ("add @s { ip saddr } accept", "'add'"),
        ("meta day Monday accept", "meta day"),
        ("fib saddr type local accept", "'fib'"),
        ("accept\n}\nchain d {\ntype nat hook prerouting priority 0;", "type nat"),
        ("accept\n}\nchain d {\ntype filter hook output priority 0;", "the hook output"),
        ("accept\n}\nchain d {\ntype filter hook forward priority 1; policy drop;", "more than"),
        ("accept\n}\nflowtable f {", "'flowtable'"),
        ("accept\n}\nflags dormant\nchain d {", "'flags'"),
        ("accept\n}\nset s {\ntype ipv4_addr\nflags dynamic", "dynamic"),
        ("accept\n}\nset s {\ntype ipv4_addr\ntimeout 5m", "'timeout'"),
        ("accept\n}\nmap m {\ntype ipv4_addr : inet_service", "'verdict'"),
    ],
)
def test_what_is_not_modelled_is_refused_with_its_line(rule: str, why: str) -> None:
    with pytest.raises(NotModelledError, match=why) as caught:
        forward(rule)
    place = str(caught.value).split(":")
    assert place[0] == "t.nft"
    assert 3 <= int(place[1]) <= 4 + rule.count("\n") + 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("table bridge b {\n}\n", "t.nft:1: tables of bridge"),
        ("table arp b {\n}\n", "tables of arp"),
        ("table netdev b {\n}\n", "tables of netdev"),
        ('include "x"\n', "t.nft:1: 'include'"),
        ("table inet t {\r\n}\r\n", "t.nft:1: the line ends in CR LF"),
        ("table inet t {\nchain c {\n", "t.nft:2: the file.s end"),
        ("define a = 1\ndefine a = 2\n", "t.nft:2: a is defined twice"),
        ("table inet t {\nchain c {\ntcp dport $a accept\n}\n}\n", "t.nft:3: .a is not defined"),
        ("add rule inet t c accept\n", "there is no table inet t"),
        ("table inet t {\nset s {\n}\n}\n", "t.nft:2: the set s has no type"),
        ("create table inet t\n", "'create'"),
        ("table inet t {\n}\n}\n", "t.nft:3: '}'"),
        ("table inet t {\nchain c {\ntcp dport é accept\n}\n}\n", "t.nft:3: 'é'"),
    ],
)
def test_files_that_are_not_modelled_are_refused(text: str, why: str) -> None:
    with pytest.raises(NotModelledError, match=why):
        read(text, "t.nft", LEGS)


@given(st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(SAMPLE)))
    end = data.draw(st.integers(start, min(len(SAMPLE), start + 40)))
    put = data.draw(st.text('{};:.,@"$#\\- \n19ae/', max_size=8))
    try:
        found = read(SAMPLE[:start] + put + SAMPLE[end:], "gateway.nft", LEGS)
    except NotModelledError as error:
        assert str(error).startswith("gateway.nft:")  # noqa: PT017
    else:
        assert len(found) == 4
