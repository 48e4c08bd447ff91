"""Names of what clusters are made of mean themselves everywhere, or are refused."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from blueprints.kinds.cluster import names
from tests.blueprints.parts.test_names import HOSTILE

NAMED = {
    name: getattr(names, name)
    for name in (
        "Rke2Version",
        "ChartVersion",
        "HarvesterName",
        "VspherePath",
        "NodeName",
        "Interface",
        "Device",
        "MacAddress",
        "Endpoint",
        "Address",
        "AddressRange",
    )
}
ADAPTERS: dict[str, TypeAdapter[str]] = {name: TypeAdapter(kind) for name, kind in NAMED.items()}
ZONES = ["fe80::1%$(id)", "fe80::1%eth0", "[fe80::1%a]:1", "fe80::1%a-fe80::2%a", "fe80::%a/64"]
"""What Python takes for addresses, with any text behind the %."""
MORE = [
    "/dev/../etc/passwd",
    "/dev/disk/../sda",
    "/Centre/../vm",
    "v1.33.5+rke2r1; id",
    "::1 ",
]


def accepts(kind: str, text: object) -> bool:
    try:
        ADAPTERS[kind].validate_python(text)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("kind", NAMED)
def test_hostile_text_is_no_name(kind: str) -> None:
    taken = [text for text in (*HOSTILE, *ZONES, *MORE) if accepts(kind, text)]
    assert taken == (["a b"] if kind == "VspherePath" else [])  # folders there have spaces


@pytest.mark.parametrize("kind", NAMED)
@given(text=st.text(max_size=80) | st.from_regex(r"[0-9a-f:.%/\[\]-]{1,40}", fullmatch=True))
def test_what_is_let_through_needs_no_quotes_anywhere(kind: str, text: str) -> None:
    if accepts(kind, text):
        assert re.fullmatch(r"[A-Za-z0-9._/:+\[\] -]+", text)


@pytest.mark.parametrize("kind", ["Address", "AddressRange", "Endpoint"])
@given(text=st.from_regex(r"(\[?[0-9a-f:.]{2,20}\]?)[-:/]?[0-9a-f:.]{1,20}", fullmatch=True))
def test_an_address_is_written_as_everybody_writes_it(kind: str, text: str) -> None:
    if accepts(kind, text):
        said = ADAPTERS[kind].validate_python(text)
        assert ADAPTERS[kind].validate_python(said) == said


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (
            "Rke2Version",
            ["v1.33.5+rke2r1", "v1.25.16+rke2r12"],
            ["1.33.5+rke2r1", "v1.33.5", "v1.33.5+k3s1", "v1.24.1+rke2r1", "v1.33.5+rke2r0"],
        ),
        (
            "ChartVersion",
            ["0.15.2", "v1.18.2", "1.0.0-rc.1", "25.3.4-0"],
            ["1.2", "^1.2.3", "1.2.x", "1.0.0-", "1.0.0-a.", "01.2.3", "latest", ">=1.2.3"],
        ),
        ("HarvesterName", ["default/leap-15.6", "a/b"], ["leap", "a/b/c", "A/b", "a/-b", "/a"]),
        (
            "VspherePath",
            ["/Centre/vm/My Folder", "Centre", "/A/b_c.d-e"],
            ["", "/", "/a/", "/a//b", "/a /b", " a", "/a/ b", "/a/b.", "a" * 201],
        ),
        ("NodeName", ["nid001234", "x1000c0s0b0n0", "a.example.org"], ["A", "a_b", "a.", "a" * 64]),
        ("Interface", ["hsn0", "bond0.100", "eno1"], ["0eth", "hsn 0", "a" * 16, "hsn0;id"]),
        (
            "Device",
            ["/dev/nvme0n1", "/dev/disk/by-id/nvme-eui.0025385b71b00b2e"],
            ["nvme0n1", "/dev/", "/etc/passwd", "/dev/a//b"],
        ),
        ("MacAddress", ["02:00:00:00:00:01"], ["02-00-00-00-00-01", "02:00:00:00:00", "0A:" * 6]),
        (
            "Endpoint",
            ["192.0.2.5:6789", "[2001:db8::5]:3300"],
            [
                "192.0.2.5",
                "192.0.2.5:0",
                "192.0.2.5:65536",
                "2001:db8::5:1",
                "a.org:1",
                "[192.0.2.5]:1",
            ],
        ),
        ("Address", ["192.0.2.10", "2001:db8::10"], ["192.0.2.256", "192.0.2.0/24", "a.org", "1"]),
        (
            "AddressRange",
            ["192.0.2.1", "192.0.2.1-192.0.2.1", "192.0.2.0/28", "2001:db8::1-2001:db8::2"],
            ["192.0.2.9-192.0.2.1", "192.0.2.1-2001:db8::", "192.0.2.1/28", "a-b"],
        ),
    ],
)
def test_examples_of_each_kind(kind: str, right: list[str], wrong: list[str]) -> None:
    assert [text for text in right if not accepts(kind, text)] == []
    assert [text for text in wrong if accepts(kind, text)] == []


@pytest.mark.parametrize("number", [0, 4095, -1, 1.5, "100", True, None])
def test_what_is_no_vlan(number: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(names.Vlan).validate_python(number)


@pytest.mark.parametrize("number", [1, 4094])
def test_the_first_and_the_last_vlan(number: int) -> None:
    assert TypeAdapter(names.Vlan).validate_python(number) == number
