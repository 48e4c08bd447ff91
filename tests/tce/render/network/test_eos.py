from __future__ import annotations

from tce.render.network.eos import text
from tests.golden import Golden
from tests.tce.intent.specifications import typed
from tests.tce.render.network.environments import without_ipv6


def test_the_example_renders_to_its_golden_file(golden: Golden) -> None:
    spec = typed()
    golden.check("leaf1.eos", text(spec, spec.switches[0]))


def test_both_families_are_bound_both_ways() -> None:
    spec = typed()
    bound = [line for line in text(spec, spec.switches[0]).splitlines() if "access-group" in line]
    assert [(line.split()[0], line.split()[-1]) for line in bound] == [
        ("ip", "in"),
        ("ip", "out"),
        ("ipv6", "in"),
        ("ipv6", "out"),
    ]


def test_where_ipv6_is_off_its_lists_deny_all_of_it() -> None:
    spec = typed(without_ipv6())
    lines = text(spec, spec.switches[0]).splitlines()
    permits = [line for line in lines if "icmpv6" in line or ("permit" in line and ":" in line)]
    assert not permits
    assert sum("deny ipv6 any any log" in line for line in lines) == 2
    assert sum("ipv6 access-group" in line for line in lines) == 2
