from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.evidence import gather as module
from governance.evidence.claim import MAX_TEXT, Relation
from governance.evidence.gather import MOST_PROBLEMS, MOST_REMARKS, Gather
from governance.evidence.schema import CLAIM_COLUMNS, CLAIMS, NOTE_COLUMNS, NOTES


def test_claims_and_notes_are_read_back_as_they_were_said(tmp_path: Path) -> None:
    with Gather(tmp_path) as into:
        into.claim(Relation.NEEDS, "run:1", "s3://b/data", "run 1", root="mlflow.run", step=3)
        into.note("run:1", "status", text="finished")
    (claim,) = pq.read_table(tmp_path / CLAIMS).to_pylist()
    assert (claim["relation"], claim["holder"], claim["target"]) == (
        "needs",
        "run:1",
        "s3://b/data",
    )
    assert (claim["root"], claim["step"], claim["words"]) == ("mlflow.run", 3, "run 1")
    (note,) = pq.read_table(tmp_path / NOTES).to_pylist()
    assert (note["node"], note["key"], note["text"]) == ("run:1", "status", "finished")


@pytest.mark.parametrize(
    ("said", "node"),
    [
        ("s3://b/run/", "s3://b/run"),
        ("file:///a//", "file:///a"),
        ("s3://b/run", "s3://b/run"),
        ("git:repo@refs/", "git:repo@refs/"),
    ],
)
def test_a_place_is_one_node_with_or_without_its_last_slash(
    said: str, node: str, tmp_path: Path
) -> None:
    with Gather(tmp_path) as into:
        into.claim(Relation.NAMES, said, said, "w")
        into.note(said, "label")
    (claim,) = pq.read_table(tmp_path / CLAIMS).to_pylist()
    assert (claim["holder"], claim["target"]) == (node, node)
    assert pq.read_table(tmp_path / NOTES)["node"].to_pylist() == [node]


def test_a_source_that_says_nothing_leaves_two_empty_tables(tmp_path: Path) -> None:
    Gather(tmp_path).close()
    assert pq.read_schema(tmp_path / CLAIMS) == CLAIM_COLUMNS
    assert pq.read_schema(tmp_path / NOTES) == NOTE_COLUMNS


def test_rows_beyond_a_batch_are_all_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 7)
    with Gather(tmp_path) as into:
        for number in range(20):
            into.claim(Relation.NAMES, f"a:{number}", "b", "w")
        assert into.claims == 20
    assert pq.read_table(tmp_path / CLAIMS).num_rows == 20


def test_a_name_that_is_too_long_is_a_problem_and_no_claim(tmp_path: Path) -> None:
    with Gather(tmp_path) as into:
        into.claim(Relation.NAMES, "a" * (MAX_TEXT + 1), "b", "w")
        into.note("a" * (MAX_TEXT + 1), "label")
        assert (into.claims, into.notes, into.problem_count) == (0, 0, 2)


def test_more_than_anybody_can_mean_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 5)
    with Gather(tmp_path) as into:
        for number in range(9):
            into.claim(Relation.NAMES, f"a:{number}", "b", "w")
        assert [problem.words for problem in into.problems] == ["it says more than 5 things"]
    assert pq.read_table(tmp_path / CLAIMS).num_rows == 5


def test_problems_that_are_not_named_are_about_everything(tmp_path: Path) -> None:
    with Gather(tmp_path) as into:
        for number in range(MOST_PROBLEMS):
            into.problem(f"{number}", f"s3://b/{number}")
        assert all(problem.within for problem in into.problems)
        for _ in range(3):
            into.problem("one more", "s3://b/x")
    assert into.problem_count == MOST_PROBLEMS + 3
    assert [problem.within for problem in into.problems if problem.within is None] == [None]


def test_remarks_are_bounded(tmp_path: Path) -> None:
    with Gather(tmp_path) as into:
        for number in range(MOST_REMARKS + 10):
            into.remark(str(number))
    assert len(into.remarks) == MOST_REMARKS


@given(st.lists(st.text(max_size=40), min_size=4, max_size=4))
def test_any_text_can_be_written(texts: list[str]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        with Gather(Path(name)) as into:
            into.claim(Relation.NEEDS, texts[0], texts[1], texts[2], at=texts[3])
            into.note(texts[0], texts[1], text=texts[2], at=texts[3])
        assert pq.read_table(Path(name) / CLAIMS).num_rows == 1
