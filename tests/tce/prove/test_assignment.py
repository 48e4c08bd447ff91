"""What is found of a sheet for the provider that says something else than the specification."""

from __future__ import annotations

import pytest

from tce.prove.assignment import assignment
from tests.tce.prove.small import edited, intent, of_links, said

FILE = "network/assignment.yaml"
WRONG = {
    "another VLAN": ("vlan: 412", "vlan: 413", "3 inside is VLAN 413, where 412 is declared"),
    "no VLAN": ("    vlan: 412\n", "", "inside is VLAN None, where 412 is declared"),
    "a VLAN of others": ("others: {", "others: {vlan: 9, ", "others is VLAN 9, where None"),
    "another leg": ("leg: wg0", "leg: up0", "10 home is institution at up0: not as declared"),
    "another kind": ("kind: tenants", "kind: fabric", "others is fabric at up0"),
    "a wider network": ("10.90.12.0/24", "10.90.12.0/23", "the networks of inside are not"),
    "one family": (', "2001:db8:90:12::/64"', "", "the networks of inside are not"),
    "a zone that is missing": ("  home: {", "  homes: {", "the zone home is only declared"),
    "a zone too many": ("  home: {", "  homes: {", "the zone homes is only here"),
    "a filter that nobody declares": (
        "filters: []",
        "filters: [{switch: leaf9, interface: Vlan1, file: x}]",
        "12 filters differ from what is declared in ('leaf9', 'Vlan1', 'x')",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_as_declared_is_found(name: str) -> None:
    old, new, words = WRONG[name]
    messages = said(of_links((FILE, old, new)))
    assert any(f"link {FILE}:" in one and words in one for one in messages), messages


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("zones:", "places:"),
        ("filters: []", "filters: {a"),
        ("10.90.12.0/24", "10.90.12.1/24"),
        ("assignment/v1", "assignment/v2"),
        ("schema: tutela/assignment/v1", "environment: lab"),
    ],
)
def test_what_is_no_assignment_is_refused(old: str, new: str) -> None:
    found = of_links((FILE, old, new))
    assert [(one.property, one.file) for one in found] == [("parse", FILE)]


def test_a_sheet_that_is_missing_is_told() -> None:
    files = {file: raw for file, raw in edited().items() if file != FILE}
    found = list(assignment(files, {}, intent()))
    assert [one.message for one in found] == ["there is no such file"]
