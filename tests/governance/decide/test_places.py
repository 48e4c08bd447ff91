from pathlib import Path

import duckdb
import pytest

from governance.decide import claims, places
from governance.decide.engine import connect, quote
from governance.decide.facts import build
from tests.governance.decide.oracle import Row
from tests.governance.decide.things import artifact, claim, listing, rows, told


def value(expression: str) -> object:
    connection = duckdb.connect()
    ((found,),) = connection.sql(f"SELECT {expression}").fetchall()
    return found


def indexed(folder: Path, *artifacts: Row) -> duckdb.DuckDBPyConnection:
    connection = connect()
    build(connection, [listing(folder / "x", artifacts)])
    claims.load(connection, told(claim("names", "a", "b")))
    places.index(connection)
    return connection


def at(*uris: str) -> list[Row]:
    return [artifact(n, uri.partition("lab/")[2], uri=uri) for n, uri in enumerate(uris)]


@pytest.mark.parametrize(
    ("uri", "folder", "name"),
    [
        ("s3://lab/runs/a", "s3://lab/runs", "a"),
        ("s3://lab/Ünïcode", "s3://lab", "ünïcode"),
        ("file:///scratch/x", "file:///scratch", "x"),
        ("s3://lab/a//B", "s3://lab/a/", "b"),
        ("s3://lab/line\nfeed/x", "s3://lab/line\nfeed", "x"),
    ],
)
def test_a_place_has_a_folder_and_a_name(uri: str, folder: str, name: str) -> None:
    assert value(places.parent(quote(uri))) == folder
    assert value(places.tail(quote(uri))) == name


def test_a_last_slash_makes_no_other_place() -> None:
    one, other = (places.node(quote(uri)) for uri in ("s3://lab/a/", "s3://lab/a"))
    assert value(f"{one} = {other}")
    assert not value(f"{one} = {places.node(quote('s3://lab/a//'))}")


def test_names_that_are_alike_to_the_database_are_different_places() -> None:
    # One number to DuckDB's hash: they differ in the last of two eights.
    one, other = "'s3://w12-other/runs/a/1a'", "'s3://w14-other/runs/a/1c'"
    assert value(f"hash({one}) = hash({other})")
    assert not value(f"{places.hashed(one)} = {places.hashed(other)}")


@pytest.mark.parametrize(
    ("uri", "place", "lies"),
    [
        ("s3://lab/a/", "s3://lab/a", True),
        ("s3://lab/a", "s3://lab/a/", True),
        ("s3://lab/a/b/", "s3://lab/a/", True),
        ("s3://lab/ab/", "s3://lab/a", False),
        ("s3://lab/", "s3://lab/a", False),
        ("s3://lab/a%b/c", "s3://lab/a_b", False),
    ],
)
def test_lying_in_a_place_is_told_letter_by_letter(uri: str, place: str, lies: bool) -> None:
    assert value(places.within(quote(uri), quote(place))) is lies


def test_every_folder_around_an_artifact_is_known_once(tmp_path: Path) -> None:
    connection = indexed(tmp_path, *at("s3://lab/r/a/1/", "s3://lab/r/a/2", "file:///w/x/"))
    found = rows(connection, "SELECT uri FROM dirs ORDER BY uri")
    assert [row["uri"] for row in found] == ["file:///w", "s3://lab", "s3://lab/r", "s3://lab/r/a"]
    assert len(rows(connection, "SELECT DISTINCT dir FROM placed")) == 2


def test_an_artifact_that_is_a_whole_bucket_lies_in_no_folder(tmp_path: Path) -> None:
    connection = indexed(tmp_path, artifact(0, "", uri="s3://lab/"))
    assert rows(connection, "SELECT * FROM dirs") == []
    assert len(rows(connection, "SELECT * FROM placed")) == 1


def test_what_is_inside_a_place_is_found_at_every_depth(tmp_path: Path) -> None:
    uris = ["s3://lab/r/", "s3://lab/r/a/", "s3://lab/r/a/b/c/", "s3://lab/ra/", "s3://lab/r.bin"]
    connection = indexed(tmp_path, *at(*uris))
    seeds = f"SELECT {places.node(quote('s3://lab/r/'))} AS dir, 7 AS value"
    found = rows(connection, f"{places.inside(seeds)} ORDER BY fact")
    assert [(row["fact"], row["value"]) for row in found] == [(0, 7), (1, 7), (2, 7)]


def test_where_nobody_claims_anything_nothing_is_indexed(tmp_path: Path) -> None:
    connection = connect()
    build(connection, [listing(tmp_path / "x", at("s3://lab/r/"))])
    claims.load(connection, told())
    places.index(connection)
    assert rows(connection, "SELECT * FROM placed") == rows(connection, "SELECT * FROM dirs") == []
