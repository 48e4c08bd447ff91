from __future__ import annotations

import re

import pytest

from tce.render.network.nftables import PATH, files, ruleset
from tests.golden import Golden
from tests.tce.intent.specifications import ALPS, typed
from tests.tce.render.network.environments import without_ipv6


@pytest.fixture(scope="module")
def hospital() -> str:
    return ruleset(typed())


def test_the_example_renders_to_its_golden_file(golden: Golden, hospital: str) -> None:
    golden.check("hospital.nft", hospital)


def test_there_is_one_file_and_one_transaction(hospital: str) -> None:
    (file,) = files(typed())
    assert (file.path, file.content) == (PATH, hospital.encode())
    lines = [line for line in hospital.splitlines() if line and not line.startswith("#")]
    table = "table inet tce_hospital"
    assert lines[:3] == [table, f"delete {table}", f"{table} {{"]


def test_what_no_rule_accepts_is_counted_logged_and_dropped(hospital: str) -> None:
    for hook in ("forward", "input"):
        chain = re.search(rf"\tchain {hook} \{{\n(.*?)\n\t\}}", hospital, re.DOTALL)
        assert chain is not None
        first, *_, last = chain[1].splitlines()
        assert first.strip() == f"type filter hook {hook} priority filter; policy drop;"
        assert last.strip() == f'counter log prefix "tce {hook}: " group 1'


def test_every_rule_that_lets_something_begin_names_its_legs_and_a_set(hospital: str) -> None:
    begins = [line for line in hospital.splitlines() if "ct state new" in line]
    assert begins
    for line in begins:
        assert re.search(r'iifname "\w+" (oifname "\w+" )?', line)
        assert line.count("@") == 1
        assert ("tcp dport" in line) == ("== syn" in line)


def test_where_ipv6_is_off_all_of_it_is_dropped_first() -> None:
    text = ruleset(typed(without_ipv6()))
    for hook in ("forward", "input"):
        chain = text.split(f"chain {hook} {{", 1)[1]
        assert chain.splitlines()[2].strip().startswith("meta nfproto ipv6 counter log")
        assert chain.splitlines()[2].endswith(" drop")
    assert "ipv6_addr" not in text
    assert "icmpv6" not in text


def test_what_is_for_the_gateway_itself_names_its_own_addresses_only(hospital: str) -> None:
    found = re.search(r"set input_wg0_tcp4 \{.*?\n\t\}", hospital, re.DOTALL)
    assert found is not None
    elements = [line for line in found[0].splitlines() if "comment" in line]
    assert [line.strip() for line in elements] == ['10.200.4.0/24 . 10.90.12.1 . 22 comment "ssh"']


def test_errors_come_back_between_legs_of_which_one_is_the_environments() -> None:
    text = ruleset(typed(example=ALPS))
    related = [line.strip() for line in text.splitlines() if "ct state related" in line]
    for line in related:
        if line.endswith("accept"):
            assert re.match(r'ct state related [io]ifname \{ "hsn0", "tce0" \} icmp', line)
    assert sum(line.endswith("accept") for line in related) == 4


def test_errors_that_other_tenants_send_are_dropped_before(hospital: str) -> None:
    related = [line.strip() for line in hospital.splitlines() if "ct state related" in line]
    tenants = typed().zones["tenants"].networks
    for word, named in zip(("ip", "ip6"), tenants, strict=True):
        for end in ("saddr", "daddr"):
            drop = f'ct state related {word} {end} {{ {named} }} counter log prefix "tce tenants: "'
            (place,) = [at for at, line in enumerate(related) if line.startswith(drop)]
            accepted = [
                at
                for at, line in enumerate(related)
                if line.endswith("accept") and ("icmpv6" in line) == (word == "ip6")
            ]
            assert place < min(accepted)


def test_reasons_of_flows_cannot_leave_their_comments() -> None:
    text = ruleset(typed({"flows/0/why": 'a } b ; " c'}))
    (line,) = [line for line in text.splitlines() if "a } b" in line and "tcp4" not in line][:1]
    assert line.strip().startswith("# kubectl")
