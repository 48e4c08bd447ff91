import pytest

from blueprints.check.cluster.openings_page import read, spans


def test_neighbours_are_one_range() -> None:
    assert spans(["192.0.2.16/29", "192.0.2.24/29"]) == spans(["192.0.2.16-192.0.2.31"])
    assert spans(["192.0.2.1"]) == spans(["192.0.2.1/32"])
    assert len(spans(["192.0.2.1", "2001:db8::/64", "192.0.2.3"])) == 3


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match="does not appear"):
        spans(["here"])


def test_a_row_of_several_names_is_every_pair() -> None:
    page = read(
        "### VLAN 1 a to VLAN 2 b\n\n10.0.0.0/8 (service) to 192.0.2.0/24 (highspeed).\n\n"
        "Cluster `production-web`:\n\n| from | to | open | # | why |\n"
        "| a, b | c, d | tcp 80 | 1 | x: y |\n\n## Sources\n\n1. [T](u)\n"
    )
    assert {(one.source, one.destination) for one in page.rows} == {
        ("a", "c"),
        ("a", "d"),
        ("b", "c"),
        ("b", "d"),
    }
    assert {one.networks for one in page.rows} == {("a", "b")}
    assert page.networks == {
        "a": (1, "10.0.0.0/8", "service"),
        "b": (2, "192.0.2.0/24", "highspeed"),
    }


def test_zones_may_go_over_lines_and_have_addresses_of_both_versions() -> None:
    page = read(
        "## Zones\n\n### tds-web\n\n- `api`, the API, VLAN 3: 192.0.2.1,\n  2001:db8::1\n\n"
        "### The site\n\n- `git`, Git: it: all: git.example.org\n"
    )
    assert page.zones["tds-web", "api"].vlan == 3
    assert page.zones["tds-web", "api"].spans == spans(["192.0.2.1", "2001:db8::1"])
    assert page.zones["", "git"].what == "Git: it: all"
    assert page.zones["", "git"].hosts == ("git.example.org",)


@pytest.mark.parametrize(
    "text", ["", "# Openings", "| a |\n### VLAN x y\n- `\n1. [", "## Zones\n### x"]
)
def test_anything_else_says_nothing(text: str) -> None:
    page = read(text)
    assert (page.rows, page.zones, page.networks, page.sources) == (set(), {}, {}, {})
