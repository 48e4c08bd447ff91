"""A switch of Juniper's, its configuration written by hand from the public syntax."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tce.read.junos import read
from tce.read.junos_paths import paths
from tce.space.errors import NotModelledError
from tce.space.filter import Filter
from tests.tce.read.deciding import verdict

SAMPLE = (Path(__file__).parent / "samples" / "leaf3.junos").read_text()
BINDING = "interfaces { irb { unit 4 { family %s { filter { input F; } } } } }\n"


def sample() -> tuple[Filter, ...]:
    return read(SAMPLE, "leaf3.junos")


def term(body: str, family: str = "inet", more: str = "") -> tuple[Filter, ...]:
    text = BINDING % family + more
    return read(
        f"{text}firewall {{ family {family} {{ filter F {{\nterm a {{ {body} }}\n}} }} }}\n",
        "leaf3.junos",
    )


def test_the_unit_has_four_filters_and_one_of_them_is_open() -> None:
    assert [(one.family, one.point, one.default, one.interface) for one in sample()] == [
        (4, "in", "drop", "irb.411"),
        (4, "out", "drop", "irb.411"),
        (6, "in", "drop", "irb.411"),
        (6, "out", "accept", "irb.411"),
    ]


def test_a_term_is_a_rule_with_its_line_and_next_term_is_none() -> None:
    assert [rule.text for rule in sample()[0].rules] == [
        "term fragments",
        "term web",
        "term answers",
        "term either",
        "term errors",
        "term rest",
    ]
    assert SAMPLE.split("\n")[sample()[0].rules[1].line - 1].strip() == "term web {"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("tcp 10.90.12.65 > 203.0.113.80 later", "drop 52"),
        ("tcp 10.90.12.65:5 > 203.0.113.80:443 syn", "accept 70"),
        ("udp 10.90.12.95:5 > 203.0.113.104:8010", "accept 70"),
        ("tcp 10.90.12.66:5 > 203.0.113.80:443 syn", "drop 117"),
        ("tcp 10.90.12.65:5 > 203.0.113.101:443 syn", "drop 117"),
        ("tcp 10.90.12.65:5 > 203.0.113.80:8011 syn", "drop 117"),
        ("tcp 10.1.1.1:443 > 10.90.12.9:5 syn ack", "accept 88"),
        ("tcp 10.1.1.1:22 > 10.90.12.9:5 ack", "drop 117"),
        ("tcp 10.1.1.1:443 > 10.90.12.9:5 syn", "drop 117"),
        ("udp 10.77.1.1:5 > 10.1.1.1:123", "accept 99"),
        ("udp 10.1.1.1:123 > 10.77.1.1:5", "accept 99"),
        ("udp 10.1.1.1:123 > 10.78.1.1:5", "drop 117"),
        ("icmp 10.1.1.1 > 10.78.1.1 type11/1", "accept 109"),
        ("icmp 10.1.1.1 > 10.78.1.1 type11/2", "drop 117"),
        ("icmp 10.1.1.1 > 10.78.1.1 type8", "drop 117"),
    ],
)
def test_packets_into_the_switch_are_judged_by_the_first_term_that_fits(
    said: str, expected: str
) -> None:
    assert verdict(sample(), "in", said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("tcp 10.1.1.1:1 > 10.1.1.2:443 syn", "accept 125"),
        ("tcp 10.1.1.1:1 > 10.1.1.2:443 rst ack", "accept 125"),
        ("tcp 10.1.1.1:1 > 10.1.1.2:443 syn ack", "drop"),
        ("tcp 10.1.1.1 > 10.1.1.2 later", "accept 125"),
    ],
)
def test_a_term_with_flags_is_taken_to_let_later_fragments_pass(said: str, expected: str) -> None:
    assert verdict(sample(), "out", said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("tcp [2001:db8:90:12::1]:5 > [2001:db8:1::9]:443 syn", "accept 150"),
        ("tcp [2001:db8:90:12::1]:5 > [2001:db8:2::9]:443 syn", "drop"),
        ("tcp 2001:db8:90:12::1 > 2001:db8:1::9 later", "drop 137"),
        ("icmp6 fe80::1 > fe80::2 type135", "accept 143"),
        ("icmp6 fe80::1 > ff02::1 type134", "drop"),
        ("sctp [2001:db8:90:12::1]:5 > [2001:db8:2::9]:443", "accept 163"),
    ],
)
def test_packets_of_ipv6_are_judged_by_their_first_header(said: str, expected: str) -> None:
    assert verdict(sample(), "in", said) == expected


def test_set_commands_say_what_braces_say() -> None:
    commands = "".join(
        "set " + " ".join(f'"{w.text}"' if " " in w.text else w.text for w in path) + "\n"
        for path in paths(SAMPLE, "leaf3.junos")
    )

    def shown(found: tuple[Filter, ...]) -> list[object]:
        return [
            (
                (one.family, one.point, one.default, one.logs, one.interface),
                [(rule.text, rule.action, rule.boxes) for rule in one.rules],
            )
            for one in found
        ]

    assert shown(read(commands, "leaf3.junos")) == shown(sample())


def test_what_is_deleted_or_deactivated_counts_as_not_there() -> None:
    text = (
        "set interfaces irb unit 4 family inet filter input F\n"
        "set firewall family inet filter F term a then accept\n"
        "set firewall family inet filter F term b then accept\n"
        "set firewall family inet filter F term c then discard\n"
        "delete firewall family inet filter F term a\n"
        "deactivate firewall family inet filter F term b\n"
    )
    assert [rule.text for rule in read(text, "f.junos")[0].rules] == ["term c"]
    found = read(f"{text}activate firewall family inet filter F term b\n", "f.junos")
    assert [rule.line for rule in found[0].rules] == [3, 4]


def test_a_filter_without_a_family_is_one_of_inet() -> None:
    text = BINDING % "inet" + "firewall { filter F { term a { then accept; } } }\n"
    assert [len(one.rules) for one in read(text, "f.junos")] == [1, 0, 0, 0]


def test_a_term_that_only_knows_other_headers_decides_nothing_that_is_modelled() -> None:
    found = term("from { next-header [ hop-by-hop routing ]; } then discard;", "inet6")
    assert found[2].rules == ()


def test_payload_protocol_stops_no_later_fragment_and_lets_all_pass() -> None:
    found = term("from { payload-protocol tcp; } then discard;", "inet6")
    assert verdict(found, "in", "tcp ::1 > ::2 later") == "drop"
    assert not any(one.boxes[0].ranges[9] == (0, 1) for one in found[2].rules)


def test_the_longest_prefix_decides() -> None:
    addresses = "10.0.0.0/8; 10.1.0.0/16 except; 10.1.2.0/24;"
    found = term(f"from {{ source-address {{ {addresses} }} }} then accept;")
    assert verdict(found, "in", "udp 10.2.0.1:1 > 10.9.9.9:1") == "accept 3"
    assert verdict(found, "in", "udp 10.1.0.1:1 > 10.9.9.9:1") == "drop"
    assert verdict(found, "in", "udp 10.1.2.1:1 > 10.9.9.9:1") == "accept 3"


def test_an_offset_other_than_0_is_a_later_fragment() -> None:
    found = term("from { fragment-offset 1-8191; } then discard;")
    assert verdict(found, "in", "udp 10.0.0.1 > 10.0.0.2 later") == "drop 3"
    whole = term("from { fragment-offset 0; protocol tcp; destination-port 5; } then accept;")
    assert verdict(whole, "in", "tcp 10.0.0.1 > 10.0.0.2 later") == "drop"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("from { destination-port 22; } then accept;", "ports without a protocol"),
        ("from { protocol [ tcp icmp ]; port 22; } then accept;", "ports without"),
        ("from { protocol udp; tcp-established; } then accept;", "flags without"),
        ("from { icmp-type 8; } then accept;", "icmp types without"),
        ("from { protocol icmp; icmp-code 1; } then accept;", "without icmp-type"),
        ("from { first-fragment; } then accept;", "first-fragment is not"),
        ("from { fragment-offset 1-5; } then discard;", "fragment-offset"),
        ("from { is-fragment yes; } then discard;", "is-fragment yes"),
        ("from { dscp ef; } then accept;", "condition dscp"),
        ("from { ttl 1; } then accept;", "condition ttl"),
        ("from { source-address { 10.0.0.0/8 except; } } then accept;", "only excepted"),
        ("from { source-address { 10.0.0.1/8; } } then accept;", "is no prefix"),
        ("from { source-address { 10.0.0.0/255.0.255.0; } } then accept;", "is no prefix"),
        ("from { source-prefix-list { none; } } then accept;", "no prefix list none"),
        ("from { protocol nonsense; } then accept;", "value nonsense"),
        ("from { protocol tcp; destination-port 9-1; } then accept;", "goes down"),
        ('from { protocol tcp; tcp-flags "syn & ece"; } then accept;', "flag ece"),
        ("from { protocol tcp; tcp-initial; tcp-established; } then accept;", "twice"),
        ("from { source-address; } then accept;", "without a value"),
        ("then { accept; discard; }", "more than one action"),
        ("then { policer x; accept; }", "policer x"),
        ("then routing-instance other;", "routing-instance other"),
        ("filter G;", "filter G"),
    ],
)
def test_terms_that_are_not_modelled_are_refused_with_their_line(body: str, why: str) -> None:
    with pytest.raises(NotModelledError, match=why) as caught:
        term(body)
    assert str(caught.value).startswith("leaf3.junos:3: ")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("from { is-fragment; } then discard;", "is-fragment"),
        ("from { next-header fragment; } then accept;", "a header before its protocol"),
        ("from { next-header [ hop-by-hop tcp ]; } then accept;", "a header before"),
        ("from { protocol tcp; } then accept;", "condition protocol"),
        ("from { next-header tcp; payload-protocol tcp; } then accept;", "in one term"),
        ("from { extension-header routing; } then discard;", "condition extension-header"),
    ],
)
def test_what_ipv6_has_not_is_refused(body: str, why: str) -> None:
    with pytest.raises(NotModelledError, match=why):
        term(body, "inet6")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ("apply-groups g;", "apply-groups g"),
        ("forwarding-options { family inet { filter { input X; } } }", "forwarding-options"),
        (
            "interfaces { irb { unit 4 { family inet { filter { input-list [ a b ]; } } } } }",
            "input-l",
        ),
        ("interfaces { irb { unit 4 { family inet { policer { input x; } } } } }", "policer"),
        (
            "interfaces { irb { unit 4 { family ethernet-switching { filter { input x; } } } } }",
            "eth",
        ),
        (
            "interfaces { irb { unit 4 { family inet { filter { output NONE; } } } } }",
            "filter NONE",
        ),
        ("interfaces { irb { unit 4 { family inet { filter { input G; } } } } }", "two filters in"),
        ("policy-options { prefix-list p { apply-path x; } }", "apply-path"),
        ("firewall { family inet { filter G { enhanced-mode; } } }", "enhanced-mode"),
        ("protect: system { }", "protect:"),
        ("unheard-of { a b; }", "unheard-of"),
        ("system {", "the file ends|where|block"),
        ("} ", "not modelled here"),
        ("system { host-name x }", "a ; is missing"),
        ("/* open", "does not end|not modelled|open"),
        ('system { host-name "x; }', "does not end"),
    ],
)
def test_configurations_that_are_not_modelled_are_refused(more: str, why: str) -> None:
    with pytest.raises(NotModelledError, match=why) as caught:
        term("then accept;", more=f"{more}\n")
    assert str(caught.value).startswith("leaf3.junos:")


@given(st.data())
def test_a_damaged_configuration_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(SAMPLE)))
    end = data.draw(st.integers(start, min(len(SAMPLE), start + 40)))
    put = data.draw(st.text('{};[]:"# \n19ae/*.-', max_size=8))
    try:
        found = read(SAMPLE[:start] + put + SAMPLE[end:], "leaf3.junos")
    except NotModelledError as error:
        assert str(error).startswith("leaf3.junos:")  # noqa: PT017
    else:
        assert len(found) % 4 == 0
