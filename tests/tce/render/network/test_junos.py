from __future__ import annotations

import re

from tce.render.network.junos import text
from tests.golden import Golden
from tests.tce.intent.specifications import data, typed
from tests.tce.render.network.environments import without_ipv6


def test_the_example_renders_to_its_golden_file(golden: Golden) -> None:
    spec = typed()
    golden.check("leaf3.junos", text(spec, spec.switches[2]))


def test_braces_match_and_statements_end() -> None:
    spec = typed()
    body = text(spec, spec.switches[2]).split("*/\n", 1)[1]
    assert body.count("{") == body.count("}")
    assert all(line.endswith(("{", "}", ";")) for line in body.splitlines())


def test_a_flow_of_several_networks_and_ports_is_one_term() -> None:
    flow = {
        "name": "many",
        "from": {"zone": "tce", "networks": ["10.90.12.16/28", "10.90.12.64/28"]},
        "to": {"zone": "provider", "networks": ["10.1.0.1/32", "10.1.0.9/32"]},
        "protocol": "tcp",
        "ports": [80, "443-445"],
        "why": "test",
        "owner": "somebody",
        "expires": "2027-11-30",
    }
    spec = typed({"flows": [*data()["flows"], flow]})
    found = text(spec, spec.switches[2])
    assert found.count("term many-begins") == 1
    assert "destination-port [ 80 443-445 ];" in found
    (term,) = re.findall(r"term many-begins \{.*?\n            \}", found, re.DOTALL)
    assert len(re.findall(r"10\.1\.0\.\d+/32;", term)) == 2


def test_no_two_terms_of_a_filter_have_one_name() -> None:
    flows = [
        {
            "name": name,
            "from": {"zone": "tce", "networks": [source]},
            "to": {"zone": "provider", "networks": ["10.1.0.0/24"]},
            "protocol": "udp",
            "ports": [ports],
            "why": "test",
            "owner": "somebody",
            "expires": "2027-11-30",
        }
        for name, source, ports in (("a", "10.90.12.0/24", "5-9"), ("b", "10.90.12.8/32", "1-20"))
    ]
    spec = typed({"flows": [*data()["flows"], *flows]})
    for one in re.split(r"\n        filter ", text(spec, spec.switches[2]))[1:]:
        names = re.findall(r"\n            term (\S+) \{", one)
        assert len(names) == len(set(names))


def test_every_filter_ends_in_a_term_that_logs_and_discards() -> None:
    for changes in ({}, without_ipv6()):
        spec = typed(changes)
        found = text(spec, spec.switches[2])
        assert found.count("term rest {") == 4
        assert found.count("                    syslog;\n                    discard;") == 4


def test_where_ipv6_is_off_its_filters_have_no_other_term() -> None:
    spec = typed(without_ipv6())
    found = text(spec, spec.switches[2]).split("family inet6 {", 1)[1]
    assert re.findall(r"term (\S+) \{", found) == ["rest", "rest"]
