from pathlib import Path

import pytest

from governance.evidence.gather import MOST_PROBLEMS
from governance.snapshot.manifest import Gap
from tests.governance.evidence.store.trees import read_files, read_folder


@pytest.mark.parametrize("together", ["", "deep/er/"])
def test_more_problems_than_are_named_are_summed_up_where_they_all_are(
    together: str, tmp_path: Path
) -> None:
    count = MOST_PROBLEMS + 100
    files = {f"{together}run-{number:04}/latest": b"" for number in range(count)}
    files[f"{together}run-0000/global_step1/mp_rank_00_model_states.pt"] = b"x"
    said = read_files(files, tmp_path)
    assert said.reading.problem_count == count
    assert len(said.problems) == MOST_PROBLEMS - 1
    words, within = said.problems[-1]
    assert words == f"{count - MOST_PROBLEMS + 2} more files could not be read"
    assert within == together


def test_what_was_not_listed_is_a_problem_of_the_whole_source(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    gaps = [Gap(prefix="secret/", reason="access denied")]
    said = read_folder(tmp_path / "tree", tmp_path, gaps=gaps)
    assert said.problems == [("secret/ was not listed: access denied", "")]


def test_a_run_at_the_top_of_the_bucket_is_a_run(tmp_path: Path) -> None:
    said = read_files({"latest": b"..", "global_step1/mp_rank_00_model_states.pt": b"x"}, tmp_path)
    assert said.problems == [("pointer latest: leads out of its run with `..`", "")]
