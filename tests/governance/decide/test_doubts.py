"""What a source could not say about a place keeps what is there, in it and around it."""

from pathlib import Path

import pytest

from governance.decide.doubts import mark
from governance.decide.evidence import Doubt
from tests.governance.decide.graphs import DELETE, facts_of, kept, stored
from tests.governance.decide.oracle_graph import Row
from tests.governance.decide.things import days, rows, said_by

RUN, ONE, TWO = "s3://lab/runs/a/", "s3://lab/runs/a/checkpoint-1/", "s3://lab/runs/a/checkpoint-2/"
OTHER, FILE = "s3://lab/runs/ab/", "s3://lab/runs/a.bin"
THINGS = [RUN, ONE, TWO, OTHER, FILE, "s3://labs/x/", "file:///lab/runs/a/"]


def doubted(folder: Path, *places: str) -> list[list[str]]:
    """The artifacts that each of these places is about, in order of their URIs."""
    with facts_of(folder, stored(*THINGS)) as connection:
        mark(connection, [(0, "half a page", place) for place in places])
        query = "SELECT doubt, uri FROM doubted JOIN facts USING (fact) ORDER BY uri"
        found = rows(connection, query)
    return [[row["uri"] for row in found if row["doubt"] == n] for n in range(len(places))]


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_place_is_what_is_called_so_what_lies_in_it_and_what_contains_it(
    tmp_path: Path, slash: str
) -> None:
    cases = {
        "s3://lab/runs/a": [RUN, ONE, TWO],
        "s3://lab/runs/a/checkpoint-1": [RUN, ONE],
        "s3://lab/runs/a/checkpoint-1/deep/model": [RUN, ONE],
        "s3://lab/runs/a/checkpoint": [RUN],
        "s3://lab": [FILE, RUN, ONE, TWO, OTHER],
        "s3://lab/runs/x": [],
        "file:///lab/runs": ["file:///lab/runs/a/"],
        "file:///lab/runs/a/x": ["file:///lab/runs/a/"],
        "s3://gone": [],
    }
    found = doubted(tmp_path, *(place + slash for place in cases))
    assert dict(zip(cases, found, strict=True)) == cases


def test_a_file_may_be_one_of_several_that_share_a_name(tmp_path: Path) -> None:
    cases = {
        FILE: [FILE],
        "s3://lab/runs/a.bin.old": [FILE],
        "s3://lab/runs/a.bin-00.idx": [FILE],
        "s3://lab/runs/a.binary": [],
        "s3://lab/runs/a.bi": [],
    }
    found = doubted(tmp_path, *cases)
    assert dict(zip(cases, found, strict=True)) == cases


def test_an_odd_place_does_no_harm(tmp_path: Path) -> None:
    odd = [
        "",
        "/",
        "s3://",
        "s3:///",
        "*",
        "%",
        "'; DROP TABLE facts; --",
        "s3://lab/%",
        "\x00\x1b",
    ]
    assert doubted(tmp_path, *odd)[4:] == [[]] * 5


def test_doubts_are_told_of_each_policy_in_its_own_words(tmp_path: Path) -> None:
    said = [(0, "half a page", RUN), (2, "no answer", TWO), (2, "no answer", TWO)]
    with facts_of(tmp_path, stored(*THINGS)) as connection:
        mark(connection, said)
        found = rows(connection, "SELECT doubt, policy, words FROM doubts ORDER BY doubt")
        mark(connection, [])
        left = rows(connection, "SELECT fact FROM doubted UNION ALL SELECT doubt FROM doubts")
    assert [tuple(row.values()) for row in found] == [
        (0, 0, "half a page"),
        (1, 2, "no answer"),
        (2, 2, "no answer"),
    ]
    assert left == []


def test_what_is_in_doubt_stays_and_all_else_may_go(tmp_path: Path) -> None:
    cut = said_by("jobs", name="slurm", doubts=(Doubt("half a page", ONE),))
    assert kept(tmp_path, [RUN, ONE, TWO], [DELETE], cut) == {RUN: "evidence", ONE: "evidence"}


def test_a_doubt_about_everything_keeps_everything(tmp_path: Path) -> None:
    cut = said_by("jobs", name="slurm", doubts=(Doubt("half a page", ONE), Doubt("no answer")))
    assert kept(tmp_path, [ONE, OTHER], [DELETE], cut) == {ONE: "evidence", OTHER: "evidence"}


def test_a_doubt_counts_where_a_policy_relies_on_the_source(tmp_path: Path) -> None:
    cut = said_by("reads", name="audit", doubts=(Doubt("half a page", ONE),))
    asking = DELETE + 'evidence: {require: ["reads"]}\nscope: {prefixes: ["runs/a/"]}\n'
    things: list[str | Row] = [ONE, TWO, OTHER]
    assert kept(tmp_path / "a", things, [DELETE], cut) == {}
    assert kept(tmp_path / "b", things, [asking], cut) == {ONE: "evidence", OTHER: "out of scope"}


def test_a_source_that_reaches_some_places_only_keeps_there_when_it_is_too_old(
    tmp_path: Path,
) -> None:
    old = said_by("jobs", name="slurm", as_of=days(30), reach=("s3://lab/runs/a/",))
    assert set(kept(tmp_path, [ONE, OTHER], [DELETE], old)) == {ONE}
