"""Zone by zone: what may begin, what must never, and what stays behind one leg."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from blueprints.errors import ExpectedError
from tce.matrix.matrix import Matrix, matrix, of_scene
from tests.tce.environments import RULESET, TODAY, edited, environment


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return environment(tmp_path / "hospital")


def states(found: Matrix) -> dict[tuple[str, str], str]:
    return {(one.source, one.destination): one.state for one in found.cells}


def test_every_zone_has_a_cell_to_every_other_and_to_the_gateway(folder: Path) -> None:
    found = matrix(folder, None, TODAY)
    assert len(found.cells) == 7 * 8
    assert found.exit_code == 0
    state = states(found)
    assert state["hospital", "tce"] == "declared"
    assert state["tce", "tenants"] == state["tenants", "tce"] == "never"
    assert state["tce", "fabric"] == state["hospital", "provider"] == "shut"
    assert state["tce", "tce"] == state["provider", "tenants"] == "same"
    assert found.cell("hospital", "tce").flows == 5


def test_workers_are_kept_from_tenants_too(tmp_path: Path) -> None:
    state = states(matrix(environment(tmp_path / "alps", "alps"), None, TODAY))
    assert state["gpu", "tenants"] == state["tenants", "gpu"] == "never"
    assert state["gpu", "tce"] == state["tce", "gpu"] == "declared"


def test_a_path_to_another_tenant_is_undeclared_and_ends_with_3(folder: Path) -> None:
    rule = "ct state established counter accept"
    edited(folder, RULESET, rule, f'{rule}\n\t\tiifname "up0" tcp dport 22 accept')
    found = matrix(folder, None, TODAY)
    assert states(found)["tenants", "tce"] == "undeclared"
    assert found.exit_code == 3
    assert "NOT DECLARED" in str(found)
    assert "0!" in str(found)


def test_what_comes_from_no_zone_is_a_row_of_its_own(folder: Path) -> None:
    rule = "ct state established counter accept"
    spoofed = 'iifname "up0" oifname "tce0" ip saddr 10.90.12.0/24 accept'
    edited(folder, RULESET, rule, f"{rule}\n\t\t{spoofed}")
    found = matrix(folder, None, TODAY)
    assert found.rows[-1] == "elsewhere"
    assert states(found)["elsewhere", "tce"] == "undeclared"
    assert states(found)["elsewhere", "elsewhere"] == "undeclared"
    assert found.exit_code == 3


def test_every_part_of_a_zone_is_looked_at(folder: Path) -> None:
    old = "10.90.12.64/27 . 203.0.113.80 . 443"
    edited(folder, RULESET, old, "10.90.12.64/27 . 203.0.113.0-223.0.0.1 . 443")
    found = matrix(folder, None, TODAY)
    assert states(found)["tce", "internet"] == "undeclared"


def test_a_perimeter_that_is_not_understood_ends_with_3(folder: Path) -> None:
    (folder / RULESET).write_text("magic\n")
    found = matrix(folder, None, TODAY)
    assert found.exit_code == 3
    assert f"not understood: {RULESET}:1: " in str(found)


def test_it_reads_as_a_table_and_as_data(folder: Path) -> None:
    found = matrix(folder, None, TODAY)
    lines = str(found).splitlines()
    assert lines[0] == f"{folder}: what may begin, IPv4 and IPv6"
    head = "from \\ to  tce  transit  provider  tenants  fabric  hospital  internet  gateway"
    assert head in lines
    row = next(line for line in lines if line.startswith("tenants"))
    assert row.split() == ["tenants", "x", "=", "=", "=", "=", ".", "=", "."]
    assert all(len(line) <= 100 for line in lines[1:])
    data = json.loads(json.dumps(found.as_json()))
    assert data["schema"] == "tutela/matrix/v1"
    assert len(data["cells"]) == 56
    (cell,) = (one for one in data["cells"] if (one["from"], one["to"]) == ("tce", "internet"))
    assert cell["accepted"][0]["flow"] == "reference-data"


def test_more_zones_than_columns_are_a_list(tmp_path: Path) -> None:
    text = str(matrix(environment(tmp_path / "alps", "alps"), None, TODAY))
    assert "from \\ to" not in text
    assert "gpu -> tce" in text


def test_a_page_is_written_where_it_is_asked_for(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "matrix.html"
    found = matrix(folder, out, TODAY)
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert str(found).endswith(f"drawn in {out}")
    assert found.as_json()["out"] == str(out)
    with pytest.raises(ExpectedError, match="is not called a page"):
        matrix(folder, tmp_path / "matrix.txt", TODAY)


def test_it_is_made_of_what_was_read_alone(folder: Path) -> None:
    found = matrix(folder, None, TODAY)
    assert of_scene(found.scene).cells == found.cells
