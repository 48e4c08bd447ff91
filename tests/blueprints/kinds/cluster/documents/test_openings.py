import re
from pathlib import Path

import pytest

from blueprints.engine.spec import load
from blueprints.kinds.cluster import BLUEPRINT
from blueprints.kinds.cluster.documents.openings import files, ranges, table
from blueprints.kinds.cluster.openings import data
from blueprints.kinds.cluster.openings.opening import Opening, Zone, port
from blueprints.kinds.cluster.spec import Specification
from tests.blueprints.kinds.cluster.specifications import typed

EXAMPLE = load(Path(BLUEPRINT.folder) / "examples" / "cluster.yaml").model
assert isinstance(EXAMPLE, Specification)
FILES = {one.path: one.content.decode() for one in files(EXAMPLE)}
PAGE, JSON = FILES["openings/openings.md"], FILES["openings/openings.json"]


def rows(page: str) -> dict[tuple[str, str], list[tuple[str, ...]]]:
    """The rows of each cluster, by heading and cluster."""
    found: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    heading = cluster = ""
    for line in page.splitlines():
        if line.startswith("#"):
            heading, cluster = line.lstrip("# "), ""
        elif line.startswith("Cluster "):
            cluster = line.split("`")[1]
        elif line.startswith("| ") and not line.startswith(("| from ", "| ---")):
            cells = tuple(cell.strip() for cell in line.strip("|").split(" | "))
            found.setdefault((heading, cluster), []).append(cells)
    return found


def test_the_table_says_what_the_data_says_and_no_more() -> None:
    expected = set()
    for one in data.read(JSON):
        names = [zone.name.rpartition("/")[2] for zone in (one.source, one.destination)]
        said = f"{one.protocol} {', '.join(map(str, one.ports))}" if one.ports else "icmp echo"
        expected.add((one.cluster or "", *names, said, f"{one.component}: {one.why}"))
    shown = {
        (cluster, source, end, said, why)
        for (_, cluster), its in rows(PAGE).items()
        for sources, ends, said, _, why in its
        for source in sources.split(", ")
        for end in ends.split(", ")
    }
    assert shown == expected


def test_each_boundary_has_one_heading() -> None:
    headings = re.findall(r"^### (.+)$", PAGE.partition("## Zones")[0], re.MULTILINE)
    assert len(headings) == len(set(headings))
    assert "VLAN 310 hsn-inference to VLAN 210 inference-prod" in headings
    assert "VLAN 210 inference-prod to VLAN 310 hsn-inference" in headings


def test_every_number_is_that_of_a_source() -> None:
    sources = PAGE.partition("## Sources")[2].partition("## ")[0]
    listed = set(
        re.findall(r"^(\d+)\. \[.+\]\((?:https://|\.\./spec\.yaml)", sources, re.MULTILINE)
    )
    used = {row[3] for its in rows(PAGE).values() for row in its}
    assert used == listed


def test_a_person_can_read_it_in_a_terminal() -> None:
    prose = [one for one in PAGE.splitlines() if "](http" not in one]
    assert max(map(len, prose)) <= 110
    assert len([one for one in prose if len(one) > 100]) < 0.02 * len(prose)
    assert "\n\n\n" not in PAGE


def test_addresses_are_written_as_people_do() -> None:
    assert ranges(["10.0.0.0/31", "10.0.0.2/31"]) == ["10.0.0.0/30"]
    assert ranges(["10.0.0.1/32", "10.0.0.2/32"]) == ["10.0.0.1-10.0.0.2"]
    assert ranges(["10.0.0.1/32", "2001:db8::/127", "2001:db8::2/128"]) == [
        "10.0.0.1",
        "2001:db8::-2001:db8::2",
    ]
    assert ranges([]) == []


def test_what_no_rule_can_open_is_said_first() -> None:
    four = Zone("site/a", "system", "", ("10.0.0.1/32",))
    six = Zone("site/b", "system", "", ("2001:db8::1/128",))
    page = table([Opening(four, six, "tcp", (port(1),), "c", "w", "ntp")], "site")
    assert "- `site/a` to `site/b`" in page.partition("## Between")[0]
    assert "No rule can open" not in PAGE


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_cluster_has_its_zones_and_their_addresses(number: int) -> None:
    spec = typed()
    page = next(one.content.decode() for one in files(spec) if one.path.endswith(".md"))
    cluster = spec.clusters[number]
    section = page.partition(f"### production-{cluster.name}\n")[2].partition("\n#")[0]
    for pool in cluster.environments["production"].workers:
        assert f"- `{pool.name}`, " in section
    assert cluster.environments["production"].api in section
