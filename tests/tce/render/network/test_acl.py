from __future__ import annotations

import pytest

from tce.intent.flows import VERSIONS
from tce.render.network import eos, ios
from tce.render.network.acl import DIRECTIONS, access_list
from tce.render.network.lowering import entries
from tests.tce.intent.specifications import typed

DIALECTS = {"eos": eos.DIALECT, "ios": ios.DIALECT}


@pytest.mark.parametrize("name", DIALECTS)
def test_every_line_that_is_let_through_is_there_between_two_that_deny(name: str) -> None:
    spec = typed()
    for version in VERSIONS:
        for direction in DIRECTIONS:
            lines = access_list(spec, version, direction, DIALECTS[name]).lines
            said = [line for line in lines if "remark" not in line]
            ip = {4: "ip", 6: "ipv6"}[version]
            assert said[0].endswith(f"deny {ip} any any fragments")
            assert said[-1].endswith(f"deny {ip} any any log")
            found = entries(spec, version, direction)
            assert len(said) - 2 == sum(max(1, len(one.types)) for one in found)
            assert all(" permit " in line for line in said[1:-1])


def test_a_name_is_that_of_its_lines() -> None:
    before, same = (access_list(typed(), 4, "in", eos.DIALECT) for _ in range(2))
    other = access_list(typed({"flows/9/ports": [124]}), 4, "in", eos.DIALECT)
    assert before == same
    assert before.name != other.name
    assert before.name.startswith("tce-hospital-in4-")


def test_the_interface_changes_over_after_all_lists_are_there() -> None:
    spec = typed()
    for switch, write in zip(spec.switches, (eos.text, ios.text), strict=False):
        lines = write(spec, switch).splitlines()
        begins = [
            at
            for at, line in enumerate(lines)
            if "access-list" in line and not line.startswith((" ", "!"))
        ]
        (interface,) = [at for at, line in enumerate(lines) if line.startswith("interface ")]
        assert len(begins) == 4
        assert max(begins) < interface
        names = [lines[at].split()[-1] for at in begins]
        bound = [line.split()[-2] for line in lines[interface + 1 : interface + 5]]
        assert bound == names


def test_nothing_is_taken_away_while_a_file_is_loaded() -> None:
    spec = typed()
    for switch, write in zip(spec.switches, (eos.text, ios.text), strict=False):
        assert not [line for line in write(spec, switch).splitlines() if line.startswith("no ")]
