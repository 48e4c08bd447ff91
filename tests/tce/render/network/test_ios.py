from __future__ import annotations

from tce.render.network.ios import text
from tests.golden import Golden
from tests.tce.intent.specifications import typed
from tests.tce.render.network.environments import without_ipv6


def test_the_example_renders_to_its_golden_file(golden: Golden) -> None:
    spec = typed()
    golden.check("leaf2.ios", text(spec, spec.switches[1]))


def test_networks_of_ipv4_have_wildcards_and_those_of_ipv6_lengths() -> None:
    spec = typed()
    lines = text(spec, spec.switches[1]).splitlines()
    assert " permit udp 10.90.12.0 0.0.0.255 host 10.1.0.123 eq 123" in lines
    assert " permit udp 2001:db8:90:12::/64 host 2001:db8:1::123 eq 123" in lines


def test_the_written_deny_of_ipv6_is_last_before_what_ios_adds_itself() -> None:
    for changes in ({}, without_ipv6()):
        spec = typed(changes)
        lines = text(spec, spec.switches[1]).splitlines()
        ends = [lines[at - 1] for at, line in enumerate(lines) if line == "!" and at > 1]
        assert ends.count(" deny ipv6 any any log") == 2


def test_lines_have_no_characters_that_ask_for_help() -> None:
    spec = typed({"flows/9/why": "why? because"})
    assert "?" not in text(spec, spec.switches[1])
