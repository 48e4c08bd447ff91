from __future__ import annotations

import re

import pytest

from tce.render.cluster import guest
from tests.tce.intent.specifications import ALPS, HOSPITAL, typed


def chains(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for block in re.findall(r"\tchain (\w+) {\n(.*?)\n\t}", text, re.S):
        found[block[0]] = [line.strip() for line in block[1].splitlines()]
    return found


@pytest.mark.parametrize("example", [HOSPITAL, ALPS])
def test_each_chain_drops_what_it_does_not_name(example: str) -> None:
    found = chains(guest.ruleset(typed(example=example)))
    assert set(found) == {"input", "forward", "output"}
    for hook, lines in found.items():
        assert lines[0] == f"type filter hook {hook} priority filter; policy drop;"
        assert all(line.endswith("accept") or '"' in line for line in lines[1:-1])
        assert lines[-1] == "counter"


def test_the_filter_is_of_the_family_that_pods_do_not_have_and_replaced_whole() -> None:
    text = guest.ruleset(typed())
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert lines[:3] == ["table ip6 tce_node", "delete table ip6 tce_node", "table ip6 tce_node {"]
    assert "ip saddr" not in text


def test_declared_flows_come_in_and_go_out_and_nothing_else_begins() -> None:
    found = chains(guest.ruleset(typed()))
    named = {
        hook: re.findall(r'comment "([^"]+)"', "\n".join(lines)) for hook, lines in found.items()
    }
    assert {"ssh", "kubectl", "ping"} <= set(named["input"])
    assert {"keys", "dns"} <= set(named["output"])
    assert named["forward"] == []
    assert "reference-data" not in named["output"]


def test_without_ipv6_nothing_of_it_passes_but_the_hosts_own() -> None:
    spec = typed().model_copy(update={"ipv6": False})
    found = chains(guest.ruleset(spec))
    assert found["input"][1:-1] == ['iif "lo" accept']
    assert found["output"][1:-1] == ['oif "lo" accept']
