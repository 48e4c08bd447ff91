"""The rendered perimeter holds; each fault that is planted in it is found by packets."""

from collections.abc import Iterator

import pytest

from blueprints.emit.yaml import yaml_text
from blueprints.errors import ExpectedError
from tce.probe.errors import ProbeError
from tce.probe.prober import Options, Prober
from tce.render.network.nftables import ruleset
from tests.tce.intent.specifications import data, typed
from tests.tce.probe.environment import TODAY, needs_nft, perimeter, specification
from tests.tce.render.network.environments import without_ipv6

pytestmark = [pytest.mark.real, needs_nft]

FILE = "network/perimeter/tce.nft"
SYN = "tcp flags & (fin | syn | rst | ack) == syn "
FAULTS = {
    "the default is turned": (
        "hook forward priority filter; policy drop",
        "hook forward priority filter; policy accept",
    ),
    "the gateway's own default is turned": (
        "hook input priority filter; policy drop",
        "hook input priority filter; policy accept",
    ),
    "an address becomes two": ("10.90.12.10 . 6443", "10.90.12.10-10.90.12.11 . 6443"),
    "a port is shifted": (". 8200 comment", ". 8201 comment"),
    "a range of ports is one wider": (". 8200 comment", ". 8200-8201 comment"),
    "established is not accepted": (
        "ct state established counter accept",
        "ct state established counter drop",
    ),
    "invalid is accepted": (
        "ct state established counter accept",
        "ct state established,invalid counter accept",
    ),
    "a beginning needs no SYN": (SYN, ""),
    "a leg in is another": ('iifname "wg0" oifname "tce0"', 'iifname "up0" oifname "tce0"'),
    "a leg in is any": ('iifname "wg0" oifname "tce0"', 'oifname "tce0"'),
    "every question of ICMP is an echo request": (
        "icmp type echo-request",
        "icmp type { echo-request, timestamp-request }",
    ),
    "neighbours from the tunnel": ('iifname { "tce0", "up0" } icmpv6', "icmpv6"),
}


@pytest.fixture(scope="module")
def prober() -> Iterator[Prober]:
    with Prober(specification(), "spec.yaml", Options(packets=1000), TODAY) as made:
        yield made


def test_the_rendered_file_does_what_the_intent_says(prober: Prober) -> None:
    tried = prober.attempt(perimeter(), FILE)
    assert tried.outcome.mismatches == []
    assert tried.limits == ()
    assert tried.outcome.wire > 1000
    assert tried.outcome.logged == tried.outcome.counted


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(prober: Prober, fault: str) -> None:
    before, after = FAULTS[fault]
    text = perimeter().decode()
    assert before in text
    tried = prober.attempt(text.replace(before, after).encode(), FILE)
    assert tried.outcome.mismatches != []


def test_an_error_in_one_address_is_found_where_random_packets_seldom_are(prober: Prober) -> None:
    """One more address in 2^64: the file's own boundaries are tried."""
    before = "2001:db8:200::53 . 53"
    text = perimeter().decode().replace(before, "2001:db8:200::53-2001:db8:200::54 . 53")
    found = prober.attempt(text.encode(), FILE).outcome.mismatches
    assert any("[2001:db8:200::54]:53" in one.packet for one in found)


def test_a_file_that_the_reader_does_not_understand_is_probed_all_the_same(prober: Prober) -> None:
    text = (
        perimeter()
        .decode()
        .replace(
            "ct state established counter accept",
            "meta cpu 0-63 ct state established counter accept",
        )
    )
    tried = prober.attempt(text.encode(), FILE)
    assert "meta" in tried.limits[0]
    assert tried.outcome.mismatches == []


def test_a_file_without_a_log_has_two_witnesses_too_few(prober: Prober) -> None:
    text = perimeter().decode().replace("log prefix", "comment")
    rules = "\n".join(line for line in text.splitlines() if "counter comment" not in line)
    with pytest.raises(ProbeError, match="logs nothing to a group"):
        prober.attempt(rules.encode(), FILE)


def test_a_file_that_includes_another_is_not_all_that_is_loaded(prober: Prober) -> None:
    text = perimeter() + b'include "/etc/nftables.conf"\n'
    with pytest.raises(ProbeError, match=r"tce\.nft:\d+: includes another file"):
        prober.attempt(text, FILE)
    assert prober.attempt(perimeter() + b'# include "no"\n', FILE).outcome.mismatches == []


def test_a_specification_that_says_nobody_is_anywhere_is_told() -> None:
    text = specification().replace(b"addresses:", b"adresses:")
    with pytest.raises(ExpectedError, match=r"spec\.yaml"):
        Prober(text, "spec.yaml", Options(), TODAY)


def test_a_family_that_is_declared_off_is_sent_and_refused_whole() -> None:
    changes = without_ipv6()
    text = ruleset(typed(changes)).encode()
    with Prober(yaml_text([data(changes)]), "spec.yaml", Options(packets=1000), TODAY) as prober:
        tried = prober.attempt(text, FILE)
        assert tried.outcome.mismatches == []
        six = [one for one in tried.chosen.probes if one.packet.family == 6]
        assert len(six) > 100
        lines = [
            b"\t\tmeta nfproto ipv6 accept" if b"meta nfproto ipv6" in line else line
            for line in text.split(b"\n")
        ]
        wrong = prober.attempt(b"\n".join(lines), FILE).outcome.mismatches
        assert any("2001:db8" in one.packet for one in wrong)
