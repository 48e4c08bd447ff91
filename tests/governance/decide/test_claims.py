from pathlib import Path

import pytest

from governance.decide import claims
from governance.decide.engine import connect
from governance.decide.evidence import Evidence, Reading
from governance.evidence.claim import Key, Relation
from governance.evidence.gather import Gather
from governance.evidence.schema import CLAIMS, NOTES
from tests.governance.decide.things import NOW, claim, note, rows, said_by


def gathered(folder: Path) -> Reading:
    """A reading on disk, as a source leaves it."""
    folder.mkdir(parents=True)
    with Gather(folder) as into:
        into.claim(Relation.NAMES, "a", "s3://lab/x/", "a's x", root="doi", root_name="10.1/x")
        into.claim(Relation.NEWER, "b", "s3://lab/y", "b's y", step=7, since=NOW)
        into.note("a", Key.LABEL, text="it's a")
    return Reading("links", NOW, "o'hara", claims=folder / CLAIMS, notes=folder / NOTES)


def test_what_several_sources_say_stands_side_by_side(tmp_path: Path) -> None:
    connection = connect()
    bucket = said_by("store", claim("needs", "c", "d"), note("c", "label", text="c"), name="lab")
    claims.load(connection, Evidence((gathered(tmp_path / "o'hara [x]*?"), bucket)))
    found = rows(connection, "SELECT * FROM claims ORDER BY claim")
    assert [(row["source"], row["kind"], row["trusted"], row["holder"]) for row in found] == [
        ("o'hara", "links", True, "a"),
        ("o'hara", "links", True, "b"),
        ("lab", "store", False, "c"),
    ]
    assert (found[0]["root"], found[0]["root_name"], found[0]["words"]) == (
        "doi",
        "10.1/x",
        "a's x",
    )
    assert (found[1]["step"], found[1]["since"]) == (7, NOW)
    noted = rows(connection, "SELECT source, trusted, node, text FROM notes ORDER BY node")
    assert [tuple(row.values()) for row in noted] == [
        ("o'hara", True, "a", "it's a"),
        ("lab", False, "c", "c"),
    ]


def test_every_claim_has_a_number_of_its_own(tmp_path: Path) -> None:
    connection = connect()
    many = [said_by("jobs", *[claim("needs", "j", f"x{n}") for n in range(50)]) for _ in range(3)]
    claims.load(connection, Evidence((*many, gathered(tmp_path / "x"))))
    query = "SELECT count(*), count(DISTINCT claim) FROM claims"
    assert connection.sql(query).fetchall() == [(152, 152)]


@pytest.mark.parametrize("evidence", [Evidence(), Evidence((Reading("mlflow", None),))])
def test_where_nobody_says_anything_there_is_nothing(evidence: Evidence) -> None:
    connection = connect()
    claims.load(connection, evidence)
    assert rows(connection, "SELECT * FROM claims") == rows(connection, "SELECT * FROM notes") == []


def test_loading_again_replaces_what_was_loaded(tmp_path: Path) -> None:
    connection = connect()
    claims.load(connection, Evidence((gathered(tmp_path / "x"),)))
    claims.load(connection, Evidence((said_by("jobs", claim("needs", "j", "x")),)))
    assert [row["holder"] for row in rows(connection, "SELECT holder FROM claims")] == ["j"]
