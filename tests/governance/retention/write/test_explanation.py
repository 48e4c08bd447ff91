from pathlib import Path

import pytest

from blueprints.display import WIDTH, width
from governance.retention.explain import explain
from governance.retention.report import report
from tests.golden import Golden
from tests.governance.retention.lab import hostile, small
from tests.governance.retention.places import NOW


def test_the_explanation_of_a_checkpoint_reads_as_it_should(tmp_path: Path, golden: Golden) -> None:
    made = explain(small(tmp_path), "s3://lab/swiss-llm/sft/checkpoint-3000", now=NOW)
    golden.check("explanation.txt", f"{made}\n")


@pytest.mark.parametrize("index", range(10))
def test_hostile_names_are_written_out_in_lines_that_fit(tmp_path: Path, index: int) -> None:
    place = hostile(tmp_path)
    identity = report(place, now=NOW).artifacts["id"][index].as_py()
    said = str(explain(place, identity, now=NOW))
    assert [line for line in said.split("\n") if width(line) > WIDTH] == []
    assert all(character == "\n" or character.isprintable() for character in said)
