from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from governance.decide.evidence import Doubt, Evidence
from tests.governance.decide.oracle import Row
from tests.governance.decide.things import (
    NOW,
    artifact,
    claim,
    days,
    decisions,
    note,
    pin,
    said_by,
)

POLICY = """version: 1
rules:
  - id: thin
    match: {kind: checkpoint}
    else: {after: 10d, action: tombstone}
    then: {after: 30d, action: delete, if: recoverable}
"""
RUN = "mlflow:lab/run/1"
COMMIT, IMAGE = "0" * 40, "sha256:" + "1" * 64
DATA = "data/corpus/"
SAVE = artifact(1, "runs/a/checkpoint-1/")
CORPUS = artifact(2, DATA, kind="dataset", run=DATA)

MADE = claim("made", RUN, "s3://lab/runs/a/")
CODE, CONTAINER = note(RUN, "commit", text=COMMIT), note(RUN, "image", text=IMAGE)
INPUT = claim("needs", RUN, "s3://lab/data/corpus")
LAB = said_by("mlflow", MADE, CODE, CONTAINER, INPUT, name="lab")
GIT = said_by("code", note(f"commit:{COMMIT}", "exists", text="x"), name="git")
IMAGES = said_by("images", note(f"image:{IMAGE}", "exists"), name="oci")


def decided(
    folder: Path,
    *readings: object,
    data: Row | None = None,
    policy: str = POLICY,
    **more: object,
) -> tuple[str, str]:
    found = decisions(
        folder,
        [SAVE, data or CORPUS],
        policy,
        evidence=Evidence(tuple(readings)),  # type: ignore[arg-type]
        **more,  # type: ignore[arg-type]
    )
    return found[0]["verdict"], found[0]["reason"]


def test_what_can_be_made_again_may_go(tmp_path: Path) -> None:
    verdict, reason = decided(tmp_path, LAB, GIT, IMAGES)
    assert (verdict, "can be made again" in reason) == ("expire", True)


def test_what_no_source_knows_the_run_of_stays(tmp_path: Path) -> None:
    verdict, reason = decided(tmp_path, GIT, IMAGES)
    assert verdict == "keep"
    assert reason.endswith("can be made again (no registered source knows its run)")


LOST = "its commit is in no registered repository"
NO_IMAGE = "its container image is not among the registered ones"
NO_DATA = "not all of its data is stored here to stay"


def lab(*said: Row, **fields: object) -> object:
    return said_by("mlflow", *said, name="lab", **fields)


@pytest.mark.parametrize(
    ("readings", "why"),
    [
        ([LAB, IMAGES], LOST),
        ([LAB, GIT], NO_IMAGE),
        ([lab(MADE, CONTAINER, INPUT), GIT, IMAGES], LOST),
        ([lab(MADE, CODE, INPUT), GIT, IMAGES], NO_IMAGE),
        ([lab(MADE, CODE, CONTAINER), GIT, IMAGES], NO_DATA),
        ([LAB, lab(note(RUN, "commit", text="2" * 40)), GIT, IMAGES], LOST),
        ([LAB, lab(claim("needs", RUN, "s3://lab/gone/")), GIT, IMAGES], NO_DATA),
        ([LAB, lab(claim("needs", RUN, "hub:org/corpus")), GIT, IMAGES], NO_DATA),
        ([LAB, lab(claim("made", "mlflow:lab/run/2", "s3://lab/runs")), GIT, IMAGES], LOST),
        # Sources that are old, or were cut short, do not know what is there today.
        ([LAB, replace(GIT, as_of=days(2)), IMAGES], LOST),
        ([LAB, GIT, replace(IMAGES, doubts=(Doubt("half a page"),))], NO_IMAGE),
        ([LAB, replace(GIT, as_of=NOW + timedelta(seconds=1)), IMAGES], LOST),
        # What lies in a bucket proves nothing.
        ([LAB, replace(GIT, kind="store", trusted=False), IMAGES], LOST),
        (
            [
                lab(MADE, CODE, CONTAINER),
                GIT,
                IMAGES,
                said_by("store", claim("needs", RUN, "s3://lab/data/corpus/")),
            ],
            NO_DATA,
        ),
    ],
)
def test_code_container_and_all_data_have_to_be_there(
    tmp_path: Path, readings: list[object], why: str
) -> None:
    verdict, reason = decided(tmp_path, *readings)
    assert verdict == "keep"
    assert why in reason


def test_commit_and_image_are_no_data(tmp_path: Path) -> None:
    more = lab(claim("needs", RUN, f"commit:{COMMIT}"), claim("needs", RUN, f"image:{IMAGE}"))
    assert decided(tmp_path, LAB, more, GIT, IMAGES)[0] == "expire"


@pytest.mark.parametrize(
    ("place", "verdict"),
    [
        ("s3://lab/data/corpus/", "expire"),
        ("s3://lab/data/corpus/part-0.parquet", "expire"),
        ("s3://lab/data", "expire"),
        ("s3://lab", "keep"),
        ("s3://lab/data/corpus-2", "keep"),
    ],
)
def test_data_is_what_is_stored_at_a_place_in_it_or_around_it(
    tmp_path: Path, place: str, verdict: str
) -> None:
    said = lab(MADE, CODE, CONTAINER, claim("needs", RUN, place))
    assert decided(tmp_path, said, GIT, IMAGES)[0] == verdict


@pytest.mark.parametrize("kind", ["mlflow", "store"])
def test_a_data_set_may_be_called_by_a_name_that_a_source_knows(tmp_path: Path, kind: str) -> None:
    said = lab(MADE, CODE, CONTAINER, claim("needs", RUN, "mlflow:lab/dataset/corpus@1"))
    names = claim("names", "mlflow:lab/dataset/corpus@1", "s3://lab/data/corpus/")
    other = claim("names", "mlflow:lab/dataset/corpus@1", "https://example.org/corpus")
    found = decided(tmp_path, said, said_by(kind, names, other, name="x"), GIT, IMAGES)
    assert found[0] == ("expire" if kind == "mlflow" else "keep")


@pytest.mark.parametrize(
    "fields",
    [
        {"complete": False},
        {"complete": None},
        {"live": False},
        {"kind": "unknown"},
        {"kind": "blob"},
        {"kind": "checkpoint"},
    ],
)
def test_data_has_to_be_whole_and_out_of_reach_of_every_rule(tmp_path: Path, fields: Row) -> None:
    found = decided(tmp_path, LAB, GIT, IMAGES, data={**CORPUS, **fields})
    assert found[0] == "keep"


ALL = POLICY.replace("{kind: checkpoint}", '{prefix: "*"}')


def test_a_pin_or_a_root_on_the_data_lets_nothing_else_go(tmp_path: Path) -> None:
    assert decided(tmp_path, LAB, GIT, IMAGES, policy=ALL)[0] == "keep"
    held = pin("s3://lab/data/corpus/", id="p")
    assert decided(tmp_path, LAB, GIT, IMAGES, policy=ALL, pins=[held])[0] == "keep"
    root = said_by("links", claim("names", "doi:1", "s3://lab/data/corpus/", "doi"))
    assert decided(tmp_path, LAB, GIT, IMAGES, root, policy=ALL)[0] == "keep"


def test_a_rule_that_never_deletes_leaves_data_where_it_is(tmp_path: Path) -> None:
    tombs = """  - id: tombs
    match: {kind: dataset}
    else: {after: 30d, action: tombstone}
"""
    assert decided(tmp_path, LAB, GIT, IMAGES, policy=POLICY + tombs)[0] == "expire"
