from pathlib import Path

import pyarrow as pa

from governance.decide.decide import decide
from governance.decide.engine import connect
from governance.decide.evidence import Evidence, Reading
from governance.decide.facts import build
from governance.decide.path import path
from governance.evidence.schema import CLAIM_COLUMNS
from governance.policy.parse import parse
from tests.governance.decide.things import NOW, artifact, listing

POLICY = """version: 1
rules:
  - {id: age, match: {kind: checkpoint}, else: {after: 30d, action: delete}}
"""


SAVES = [artifact(number, f"runs/a/checkpoint-{number}/") for number in (1, 2)]


def _claim(holder: str, target: str, words: str, **fields: object) -> dict[str, object]:
    return {"relation": "names", "holder": holder, "target": target, "words": words, **fields}


def _ways(folder: Path, claims: list[dict[str, object]]) -> dict[str, list[str]]:
    connection = connect()
    try:
        build(
            connection,
            [
                listing(
                    folder / "listing",
                    SAVES,
                )
            ],
        )
        table = pa.Table.from_pylist(claims, schema=CLAIM_COLUMNS)
        said = (Reading("mlflow", NOW, "lab", claims=table), Reading("links", NOW))
        decide(connection, [parse(POLICY, "p.yaml")], now=NOW, evidence=Evidence(said))
        facts = connection.sql("SELECT fact, uri FROM facts").fetchall()
        return {uri: [step.words for step in path(connection, fact)] for fact, uri in facts}
    finally:
        connection.close()


def _uri(folder: Path, step: int) -> str:
    ways = _ways(folder, [])
    return next(uri for uri in ways if uri.endswith(f"-{step}/"))


def test_the_way_begins_with_the_root_and_is_the_shortest(tmp_path: Path) -> None:
    place = _uri(tmp_path, 1).rstrip("/")
    alias = {"root": "mlflow.alias", "root_name": "m@prod"}
    ways = _ways(
        tmp_path,
        [
            _claim("alias", "version", "alias prod", **alias),
            _claim("version", "model", "version 1"),
            _claim("model", place, "model m"),
            _claim("version", "detour", "another way"),
            _claim("detour", "model", "and on"),
        ],
    )
    assert ways[place + "/"] == ["alias prod", "version 1", "model m"]
    assert [way for uri, way in ways.items() if uri != place + "/"] == [[]]


def test_what_no_root_needs_has_no_way(tmp_path: Path) -> None:
    place = _uri(tmp_path, 1).rstrip("/")
    assert set(map(len, _ways(tmp_path, [_claim("model", place, "no root")]).values())) == {0}


def test_a_way_through_a_folder_names_claims_only(tmp_path: Path) -> None:
    folder = _uri(tmp_path, 1).rstrip("/").rpartition("/")[0]
    ways = _ways(tmp_path, [_claim("job:1", folder, "job 1", root="job.active", root_name="R")])
    assert list(ways.values()) == [["job 1"], ["job 1"]]
