from pathlib import Path

import pytest

from governance.decide import about, claims, places
from governance.decide.conditions import Asked, match_sql, matched_sql, scope_sql
from governance.decide.engine import connect
from governance.decide.evidence import Evidence
from governance.decide.facts import build
from governance.policy.model import Match, Rule, Scope
from tests.governance.decide.oracle import Row
from tests.governance.decide.things import artifact, claim, listing, note, rows, told

ROOTS = {
    0: "runs/a/checkpoint-1/",
    1: "runs/ab/checkpoint-1/",
    2: "team/sft-1/checkpoint-5/",
    3: "o'hara/100%/_x/",
    4: "line\nfeed/ü/",
}


def selected(folder: Path, condition: str) -> list[int]:
    connection = connect()
    kinds = {1: "model", 4: "dataset"}
    artifacts = [
        artifact(
            n, root, kind=kinds.get(n, "checkpoint"), complete=[True, False, None, True, True][n]
        )
        for n, root in ROOTS.items()
    ]
    build(connection, [listing(folder / "x", artifacts)])
    found = rows(connection, f"SELECT fact FROM facts f WHERE {condition} ORDER BY fact")
    return [row["fact"] for row in found]


@pytest.mark.parametrize(
    ("scope", "chosen"),
    [
        ({}, [0, 1, 2, 3, 4]),
        ({"kinds": ["model", "dataset"]}, [1, 4]),
        ({"buckets": ["la?"]}, [0, 1, 2, 3, 4]),
        ({"buckets": ["la"]}, []),
        ({"projects": ["unknown"]}, [0, 1, 2, 3, 4]),
        ({"projects": ["alpha"]}, []),
        ({"prefixes": ["runs/"]}, [0, 1]),
        ({"prefixes": ["s3://lab/runs/a"]}, [0]),
        ({"prefixes": ["s3://la*/team/"]}, [2]),
        ({"prefixes": ["runs/a", "team/"]}, [0, 2]),
    ],
)
def test_a_scope_selects(tmp_path: Path, scope: dict[str, object], chosen: list[int]) -> None:
    assert selected(tmp_path, scope_sql(Scope.model_validate(scope))) == chosen


@pytest.mark.parametrize(
    ("match", "chosen"),
    [
        ({"kind": "checkpoint"}, [0, 2, 3]),
        ({"layout": "hf-*"}, [0, 1, 2, 3, 4]),
        ({"layout": "peft"}, []),
        ({"prefix": "runs/a"}, [0]),
        ({"prefix": "runs/a*"}, [0, 1]),
        ({"prefix": "*/sft-*"}, [2]),
        ({"prefix": "o'hara/100%/_x/"}, [3]),
        ({"prefix": "o'hara/1%/"}, []),
        ({"prefix": "o'hara/100_"}, []),
        ({"prefix": "line?feed/ü/"}, [4]),
        ({"prefix": "*"}, [0, 1, 2, 3, 4]),
        ({"prefix": "' OR 1=1 --"}, []),
        ({"complete": True}, [0, 2, 3, 4]),
        ({"complete": False}, [1, 2]),
        ({"run.status": "finished"}, [0, 1, 2, 3, 4]),
        ({"kind": "checkpoint", "prefix": "team/"}, [2]),
    ],
)
def test_a_match_selects_all_that_it_may_be_about(
    tmp_path: Path, match: dict[str, object], chosen: list[int]
) -> None:
    assert selected(tmp_path, match_sql(Match.model_validate(match))) == chosen


def matched(
    folder: Path, rule: dict[str, object], evidence: Evidence | None = None
) -> dict[int, Row]:
    connection = connect()
    artifacts = [artifact(n, root, complete=None if n == 2 else True) for n, root in ROOTS.items()]
    build(connection, [listing(folder / "x", artifacts)])
    made = Rule.model_validate({"id": "r", **rule})
    asked = Asked(tuple(made.match.tags or ()), ("loss",))
    claims.load(connection, evidence or Evidence())
    places.index(connection)
    about.tell(connection, asked.tags, asked.metrics)
    found = rows(connection, matched_sql(7, Scope(), made, asked))
    assert {row["rule"] for row in found} <= {7}
    return {row["fact"]: row for row in found}


@pytest.mark.parametrize(
    ("ids", "named"),
    [
        ([f"{1:024x}"], [1]),
        (["*3"], [3]),
        (["s3://lab/runs/"], [0, 1]),
        (["s3://lab/runs/a/checkpoint-1"], [0]),
        (["s3://lab/runs/a/checkpoint-1/model.safetensors"], [0]),
        (["s3://lab/runs/a*"], [0, 1]),
        (["s3://other/"], []),
    ],
)
def test_ids_and_uris_name(tmp_path: Path, ids: list[str], named: list[int]) -> None:
    found = matched(tmp_path, {"match": {"prefix": "*"}, "keep": {"ids": ids}})
    assert [fact for fact, row in found.items() if row["named"]] == named


def test_what_is_not_known_to_be_complete_is_matched_unsurely(tmp_path: Path) -> None:
    rule: dict[str, object] = {"match": {"complete": True}, "keep": {"all": True}}
    found = matched(tmp_path, rule)
    assert {fact: row["unsure"] for fact, row in found.items()} == {0: 0, 1: 0, 2: 1, 3: 0, 4: 0}


RUNS = told(
    claim("made", "mlflow:lab/run/1", "s3://lab/runs/a"),
    claim("made", "mlflow:lab/run/2", "s3://lab/runs/ab/"),
    note("mlflow:lab/run/1", "status", text="finished"),
    note("mlflow:lab/run/1", "state", text="active"),
    note("mlflow:lab/run/1", "tag:team", text="swissai-a"),
    note("mlflow:lab/run/1", "metric:loss", number=0.5, step=0),
    note("mlflow:lab/run/2", "status", text="running"),
)


@pytest.mark.parametrize(
    ("match", "unsure"),
    [
        # 1 is known to be about something else where its run says so; 2 to 4 have no run.
        ({"run.status": "finished"}, {0: 0, 2: 2, 3: 2, 4: 2}),
        ({"run.status": ["finished", "running"]}, {0: 0, 1: 0, 2: 2, 3: 2, 4: 2}),
        ({"state": "act*"}, {0: 0, 1: 4, 2: 4, 3: 4, 4: 4}),
        ({"tags": {"team": "swissai-*"}}, {0: 0, 2: 8, 3: 8, 4: 8}),
        ({"tags": {"team": "other"}}, {2: 8, 3: 8, 4: 8}),
        ({"run.status": "finished", "complete": True}, {0: 0, 2: 3, 3: 2, 4: 2}),
    ],
)
def test_what_a_run_is_like_is_known_unsurely_known_or_known_to_be_other(
    tmp_path: Path, match: dict[str, object], unsure: dict[int, int]
) -> None:
    found = matched(tmp_path, {"match": match, "keep": {"all": True}}, RUNS)
    assert {fact: row["unsure"] for fact, row in found.items()} == unsure


@pytest.mark.parametrize(("mode", "value"), [("min", 0.5), ("max", -0.5)])
def test_the_value_of_a_metric_is_the_smaller_the_better(
    tmp_path: Path, mode: str, value: float
) -> None:
    best = {"metric": "loss", "mode": mode, "k": 1}
    found = matched(tmp_path, {"match": {"prefix": "*"}, "keep": {"best": best}}, RUNS)
    assert {fact: row["value"] for fact, row in found.items() if row["value"]} == {0: value}
