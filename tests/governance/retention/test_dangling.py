from pathlib import Path

import pyarrow as pa

from governance.decide.decide import decide
from governance.decide.engine import connect
from governance.decide.evidence import Evidence, Reading
from governance.decide.facts import build
from governance.evidence.schema import CLAIM_COLUMNS
from governance.policy.parse import parse
from governance.retention.dangling import SHOWN, Dangling, dangling
from tests.governance.decide.things import NOW, artifact, listing

POLICY = """version: 1
rules: [{id: age, match: {kind: checkpoint}, else: {after: 30d, action: delete}}]
"""


def _dangling(folder: Path, *claims: dict[str, object]) -> Dangling:
    connection = connect()
    try:
        build(connection, [listing(folder / "listing", [artifact(1, "runs/a/checkpoint-1/")])])
        table = pa.Table.from_pylist(list(claims), schema=CLAIM_COLUMNS)
        said = (Reading("mlflow", NOW, "lab", claims=table), Reading("links", NOW))
        decide(connection, [parse(POLICY, "p.yaml")], now=NOW, evidence=Evidence(said))
        return dangling(connection, ["s3://lab/"])
    finally:
        connection.close()


def _claim(holder: str, target: str, root: str | None = None) -> dict[str, object]:
    words = f"{holder} of {target}"
    return {"relation": "names", "holder": holder, "target": target, "words": words, "root": root}


def test_a_root_that_names_what_is_not_there_is_told(tmp_path: Path) -> None:
    found = _dangling(
        tmp_path,
        _claim("alias", "version", "mlflow.alias"),
        _claim("version", "s3://lab/models/gone"),
    )
    assert found == Dangling(1, (("alias of version", "s3://lab/models/gone"),))


def test_a_root_that_leads_to_something_as_well_is_not(tmp_path: Path) -> None:
    found = _dangling(
        tmp_path,
        _claim("alias", "version", "mlflow.alias"),
        _claim("version", "s3://lab/models/gone"),
        _claim("version", "s3://lab/runs/a/checkpoint-1"),
        _claim("job", "s3://lab/runs/a", "job.active"),
        _claim("file", "s3://lab/runs/a/checkpoint-1/config.json", "job.active"),
    )
    assert found == Dangling(0, ())


def test_what_was_not_scanned_may_well_be_there(tmp_path: Path) -> None:
    assert _dangling(tmp_path, _claim("alias", "s3://elsewhere/x", "mlflow.alias")).count == 0


def test_what_is_no_root_is_not_missed(tmp_path: Path) -> None:
    assert _dangling(tmp_path, _claim("version", "s3://lab/models/gone")).count == 0


def test_many_are_counted(tmp_path: Path) -> None:
    claims = [_claim(f"alias-{n}", f"s3://lab/gone-{n}", "mlflow.alias") for n in range(9)]
    found = _dangling(tmp_path, *claims)
    assert (found.count, len(found.examples)) == (9, SHOWN)
