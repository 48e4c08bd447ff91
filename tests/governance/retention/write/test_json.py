import json
from pathlib import Path

from governance.artifact import Kind
from governance.retention.report import report
from governance.retention.rows import ROWS
from governance.retention.write.json import SCHEMA, plain
from tests.governance.retention.lab import asked, hostile, small
from tests.governance.retention.places import NOW

PROMISED = {
    "id",
    "uri",
    "project",
    "kind",
    "layout",
    "parts",
    "run",
    "step",
    "bytes",
    "bytes_weights",
    "bytes_optimizer",
    "bytes_other",
    "bytes_noncurrent",
    "bytes_upload",
    "objects",
    "versions",
    "delete_markers",
    "complete",
    "missing",
    "why",
    "newest",
    "oldest",
    "verdict",
    "rule",
    "reason",
    "until",
    "policy_line",
}


def test_every_promised_field_is_there_with_its_type(tmp_path: Path) -> None:
    found = json.loads(json.dumps(plain(report(small(tmp_path), now=NOW, tool="0.1.0"))))
    assert found["schema"] == SCHEMA == "tutela/report/v1"
    assert found["as_of"] == "2026-11-22T01:20:00+00:00"
    assert found["policy"] == [".tutela/policy.yaml"]
    assert [source["source"] for source in found["snapshots"]] == ["s3://lab/"]
    assert len(found["artifacts"]) == 18
    for artifact in found["artifacts"]:
        assert set(artifact) >= PROMISED
        assert artifact["kind"] in set(Kind)
        assert artifact["verdict"] in ("keep", "expire")
        assert artifact["complete"] in (True, False, None)
        parts = ("bytes_weights", "bytes_optimizer", "bytes_other")
        assert artifact["bytes"] == sum(artifact[name] for name in parts)
        assert all(isinstance(artifact[name], int) for name in parts)
    (partial,) = [item for item in found["artifacts"] if item["complete"] is False]
    assert partial["missing"] == ["model-00002-of-00002.safetensors"]


def test_totals_are_the_sums_of_the_artifacts(tmp_path: Path) -> None:
    found = plain(report(small(tmp_path), now=NOW))
    artifacts = found["artifacts"]
    totals = found["totals"]
    assert isinstance(artifacts, list)
    assert isinstance(totals, dict)
    for name in ("bytes", "bytes_weights", "bytes_noncurrent", "bytes_upload", "objects"):
        assert totals[name] == sum(item[name] for item in artifacts)
    assert totals["artifacts"] == len(artifacts)
    assert totals["expire"]["artifacts"] == sum(item["verdict"] == "expire" for item in artifacts)
    assert totals["reclaim_lower"] <= totals["reclaim_upper"] == totals["expire"]["bytes_stored"]


def test_programs_get_names_as_they_are(tmp_path: Path) -> None:
    found = plain(report(hostile(tmp_path), now=NOW))
    artifacts = found["artifacts"]
    assert isinstance(artifacts, list)
    assert "s3://lab/line\nfeed\ttab\x1b[31mred\x00/" in {item["uri"] for item in artifacts}
    assert list(artifacts[0]) == ROWS.names


def test_every_source_of_evidence_is_certified(tmp_path: Path) -> None:
    data = json.loads(json.dumps(plain(report(asked(tmp_path), now=NOW))))
    found = {f"{one['kind']} {one['name']}": one for one in data["evidence"]}
    cluster = found["serving cluster"]
    assert (cluster["complete"], cluster["claims"], cluster["trusted"]) == (False, 1, True)
    assert cluster["mend"] == "tutela evidence read cluster"
    assert cluster["blocks"] == "did not answer completely"
    assert found["mlflow prod"]["required_by"] == [".tutela/policy.yaml"]
    assert found["dvc "]["as_of"] is None
