import json
from pathlib import Path

import pytest

from governance.evidence.store.trainer_state import LIMIT
from tests.governance.evidence.store.trees import Said, read_files


def run(state: bytes, tmp_path: Path, **more: bytes) -> Said:
    files = {f"r/checkpoint-{step}/trainer_state.json": b"{}" for step in (2, 4)}
    return read_files({**files, "r/checkpoint-6/trainer_state.json": state, **more}, tmp_path)


def best(said: Said) -> set[tuple[str, str]]:
    return said.edges("names", "trainer.best")


@pytest.mark.parametrize(
    "path", ["r/checkpoint-2", "/scratch/me/r/checkpoint-2", "./checkpoint-2/"]
)
def test_the_newest_save_names_the_best_one(path: str, tmp_path: Path) -> None:
    said = run(json.dumps({"best_model_checkpoint": path}).encode(), tmp_path)
    assert best(said) == {("r/checkpoint-6/trainer_state.json", "r/checkpoint-2")}
    assert said.reading.complete
    assert said.reading.requests == 1


def test_a_run_that_ended_says_it_beside_its_saves(tmp_path: Path) -> None:
    state = json.dumps({"best_model_checkpoint": "r/checkpoint-4"}).encode()
    said = read_files(
        {"r/checkpoint-4/trainer_state.json": b"{}", "r/trainer_state.json": state}, tmp_path
    )
    assert best(said) == {("r/trainer_state.json", "r/checkpoint-4")}


@pytest.mark.parametrize("state", [{}, {"best_model_checkpoint": None}])
def test_without_evaluation_there_is_no_best(state: dict[str, None], tmp_path: Path) -> None:
    said = run(json.dumps(state).encode(), tmp_path)
    assert best(said) == set()
    assert said.reading.complete


def test_a_long_history_is_not_read_to_its_end(tmp_path: Path) -> None:
    state = {"best_model_checkpoint": "r/checkpoint-2", "log_history": ["x" * LIMIT]}
    said = run(json.dumps(state, indent=2, sort_keys=True).encode(), tmp_path)
    assert best(said) == {("r/checkpoint-6/trainer_state.json", "r/checkpoint-2")}


@pytest.mark.parametrize(
    "state",
    [
        b"",
        b"{",
        b"[]",
        b'{"best_model_checkpoint": 5}',
        b'{"best_model_checkpoint": "../x"}',
        b"[" * 100_000,
        b'{"best_metric": "' + b"x" * LIMIT + b'"}',
    ],
)
def test_a_state_that_cannot_be_understood_keeps_the_run(state: bytes, tmp_path: Path) -> None:
    said = run(state, tmp_path)
    assert [within for _, within in said.problems] == ["r/"]


def test_a_best_save_that_is_gone_is_remarked_on(tmp_path: Path) -> None:
    said = run(b'{"best_model_checkpoint": "r/checkpoint-3"}', tmp_path)
    assert said.reading.complete
    assert "r/checkpoint-3, which is not there" in said.reading.remarks[0]
