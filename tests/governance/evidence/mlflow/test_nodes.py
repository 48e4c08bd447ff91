from pathlib import Path

from governance.evidence.errors import EvidenceError
from governance.evidence.gather import Gather
from governance.evidence.mlflow.nodes import Nodes, Unplaced, moment, part


def test_nodes_are_named_after_the_source() -> None:
    nodes = Nodes("lab")
    assert nodes.run("abc") == "mlflow:lab/run/abc"
    assert nodes.model("m-1") == "mlflow:lab/model/m-1"
    assert nodes.version("default", "llama", "3") == "mlflow:lab/version/llama/3"
    assert nodes.alias("default", "llama", "prod") == "mlflow:lab/alias/llama@prod"
    assert nodes.dataset("c4", "12") == "mlflow:lab/dataset/c4@12"


def test_the_same_name_in_two_workspaces_is_two_nodes() -> None:
    nodes = Nodes("lab")
    assert nodes.version("teamA", "llama", "3") == "mlflow:lab/version/teamA:llama/3"
    assert nodes.alias("teamA", "llama", "prod") != nodes.alias("default", "llama", "prod")


def test_times_that_no_clock_can_mean_are_none() -> None:
    assert str(moment(1_795_324_081_525)) == "2026-11-22 05:08:01.525000+00:00"
    for impossible in (None, 0, -1, 2**62, -(2**62)):
        assert moment(impossible) is None


def test_ten_thousand_of_a_kind_are_one_problem(tmp_path: Path) -> None:
    unplaced = Unplaced()
    for number in range(10_000):
        unplaced.add("runs", "behind the tracking server", f"run-{number}")
    unplaced.add("logged models", "at no place", "m-1")
    with Gather(tmp_path) as into:
        unplaced.tell(into)
    assert [problem.words for problem in into.problems] == [
        "runs that lie behind the tracking server: 10,000, such as run-0",
        "logged models that lie at no place: 1, such as m-1",
    ]


def test_what_fails_in_one_part_is_a_problem_of_that_part(tmp_path: Path) -> None:
    def fail() -> None:
        raise EvidenceError("gone")

    with Gather(tmp_path) as into:
        with part(into, "runs"):
            fail()
        with part(into, "aliases"):
            pass
    assert [problem.words for problem in into.problems] == ["runs: gone"]
