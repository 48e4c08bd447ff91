"""The pack as a folder: whole or not at all, the same for the same pack, and nobody else's."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tce.evidence.attested import Attested
from tce.evidence.errors import EvidenceError
from tce.evidence.evidence import Options
from tce.evidence.pack import Pack
from tce.evidence.write import files, write
from tests.tce.evidence.standing import Standing


def _all(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_a_pack_holds_what_it_cites(standing: Standing, tmp_path: Path) -> None:
    kept = standing.all()
    out = tmp_path / "pack"
    pack = standing.pack(Options(out=out))
    assert set(_all(out)) == {
        "evidence.json",
        "evidence.html",
        "controls.csv",
        "oscal/component-definition.json",
        "oscal/assessment-results.json",
        *(f"attestations/{file.name}" for file in kept.values()),
    }
    copied = (out / "attestations/prove.dsse.json").read_bytes()
    assert copied == kept["prove"].read_bytes()
    assert dict(pack.attestations())["prove.dsse.json"] == hashlib.sha256(copied).hexdigest()


def test_the_same_pack_gives_the_same_bytes_wherever_it_is_written(
    standing: Standing, tmp_path: Path
) -> None:
    standing.all()
    standing.pack(Options(out=tmp_path / "a"))
    standing.pack(Options(out=tmp_path / "b" / "c"))
    assert _all(tmp_path / "a") == _all(tmp_path / "b" / "c")
    assert str(tmp_path).encode() not in b"".join(_all(tmp_path / "a").values())


def test_an_earlier_pack_is_replaced_and_nothing_else_is(
    standing: Standing, tmp_path: Path
) -> None:
    standing.all()["probe"].unlink()
    out = tmp_path / "pack"
    standing.pack(Options(out=out))
    standing.all()
    standing.pack(Options(out=out))
    assert json.loads((out / "evidence.json").read_text())["problems"] == []
    assert sorted(one.name for one in tmp_path.iterdir()) == ["hospital", "pack"]
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.tex").write_text("mine")
    with pytest.raises(EvidenceError, match="is no evidence of an earlier run"):
        standing.pack(Options(out=other))
    assert [one.name for one in other.iterdir()] == ["thesis.tex"]


def test_what_cannot_be_written_leaves_nothing(shown: Pack, tmp_path: Path) -> None:
    pack = shown
    (tmp_path / "file").write_text("")
    with pytest.raises(EvidenceError, match="cannot write"):
        write(pack, tmp_path / "file" / "pack")
    assert (tmp_path / "file").read_text() == ""


def test_the_table_has_every_control_and_no_formula(shown: Pack) -> None:
    rows = list(csv.DictReader(files(shown)["controls.csv"].decode().splitlines()))
    satre = [row for row in rows if row["framework"] == "SATRE"]
    assert len(satre) == 185
    by = {row["control"]: row for row in satre}
    assert by["'2.2.10"]["levels"] == "artefact emulated"
    assert all(cell[:1] not in "=+-@" or not cell for row in rows for cell in row.values())


def test_a_name_that_is_a_formula_is_no_formula(shown: Pack) -> None:
    day = date(2026, 11, 22)
    said = Attested("one", '=HYPERLINK("x")', "yes", (), ("satre:1.2.04",), day, day, b"{}")
    text = files(replace(shown, attested=(said,)))["controls.csv"].decode()
    rows = list(csv.DictReader(text.splitlines()))
    assert [row["persons"] for row in rows if row["persons"]] == ['\'=HYPERLINK("x")']
