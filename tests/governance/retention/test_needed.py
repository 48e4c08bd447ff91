from pathlib import Path

import pyarrow as pa

from governance.decide.decide import decide
from governance.decide.engine import connect
from governance.decide.evidence import Evidence, Reading
from governance.decide.facts import build
from governance.evidence.schema import CLAIM_COLUMNS
from governance.policy.parse import parse
from governance.retention.needed import SHOWN, Needed, needed
from tests.governance.decide.things import NOW, artifact, listing

POLICY = """version: 1
rules:
  - {id: age, match: {kind: checkpoint}, else: {after: 30d, action: delete}}
"""
ALIASES_ONLY = POLICY + 'protect: [{id: mine, roots: ["mlflow.alias(prod)"]}]\n'


def _needed(folder: Path, claims: list[dict[str, object]], policy: str = POLICY) -> Needed:
    connection = connect()
    try:
        build(connection, [listing(folder / "listing", [artifact(1, "runs/a/checkpoint-1/")])])
        for claim in claims:
            claim.setdefault("target", "s3://lab/runs/a/checkpoint-1")
        table = pa.Table.from_pylist(claims, schema=CLAIM_COLUMNS)
        said = (Reading("mlflow", NOW, "lab", claims=table), Reading("links", NOW))
        decide(connection, [parse(policy, "p.yaml")], now=NOW, evidence=Evidence(said))
        return needed(connection, 1)
    finally:
        connection.close()


def _root(words: str, kind: str = "mlflow.alias", name: str = "m@prod") -> dict[str, object]:
    return {"relation": "names", "holder": words, "words": words, "root": kind, "root_name": name}


def test_every_root_that_needs_it_is_named_the_nearest_first(tmp_path: Path) -> None:
    far: dict[str, object] = {"relation": "needs", "holder": "run", "words": "run"}
    claims = [{**_root("a far alias"), "target": "run"}, far, _root("the near alias")]
    found = _needed(tmp_path, claims)
    assert found.roots == ("the near alias", "a far alias")
    assert [step.words for step in found.path] == ["the near alias"]


def test_roots_that_the_policy_does_not_protect_are_not_counted(tmp_path: Path) -> None:
    claims = [_root("prod"), _root("old", name="m@old"), _root("v1", "mlflow.version", "m/1")]
    both = _needed(tmp_path, [dict(one) for one in claims])
    assert sorted(both.roots) == ["old", "prod"]
    assert _needed(tmp_path, claims, ALIASES_ONLY).roots == ("prod",)


def test_many_roots_are_counted(tmp_path: Path) -> None:
    found = _needed(tmp_path, [_root(f"alias {n:02}") for n in range(SHOWN + 5)])
    assert (len(found.roots), found.more) == (SHOWN, 5)


def test_nobody_needs_what_no_root_reaches(tmp_path: Path) -> None:
    assert _needed(tmp_path, []) == Needed((), (), 0)
