from __future__ import annotations

import re

import pytest

from tce.render import network
from tce.render.handover import files
from tce.render.handover.provider import PATH, sheet
from tests.golden import Golden
from tests.tce.intent.specifications import ALPS, HOSPITAL, typed
from tests.tce.render.network.environments import without_ipv6


def test_the_example_renders_to_its_golden_page(golden: Golden) -> None:
    (file,) = files(typed())
    assert file.path == PATH
    golden.check("provider.md", file.content.decode())


@pytest.mark.parametrize("example", [HOSPITAL, ALPS])
def test_every_file_that_it_names_is_there(example: str) -> None:
    spec = typed(example=example)
    there = {one.path for one in network.files(spec)}
    named = set(re.findall(r"network/[\w./-]+\w", sheet(spec)))
    assert named
    assert named <= there


def test_it_names_every_switch_and_every_machine() -> None:
    spec = typed(example=ALPS)
    page = sheet(spec)
    assert all(one.name in page for one in spec.switches)
    assert page.count("| genomics-") == 7


def test_flows_through_the_tunnel_are_not_the_providers_to_know() -> None:
    page = sheet(typed())
    assert "vpn-hospital" in page
    assert "kubectl apply" in page
    assert "administrators use the Kubernetes API" not in page


def test_where_ipv6_is_off_it_says_so() -> None:
    assert "All of IPv6 is dropped." in sheet(typed(without_ipv6()))


def test_reasons_cannot_end_a_cell() -> None:
    assert "a \\| b" in sheet(typed({"flows/9/why": "a | b"}))
