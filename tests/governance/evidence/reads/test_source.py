import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from governance.evidence.errors import EvidenceError
from governance.evidence.reads.source import ReadsSource
from governance.workspace.evidence import ReadsEntry
from tests.governance.evidence.reads.test_s3log import line
from tests.governance.evidence.said import NOW, Said, said

READ = datetime(2026, 3, 1, 12, tzinfo=UTC)
VAST = {
    "Time": READ.isoformat(),
    "RPCType": "READ",
    "Path": {"Path": "/store/a"},
    "LoginName": "alice",
}


def read(tmp_path: Path, data: str | bytes, kind: Literal["vast-audit", "s3-access-log"]) -> Said:
    file = tmp_path / "log"
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    os.utime(file, (0, (NOW - timedelta(hours=1)).timestamp()))
    return said(ReadsSource(ReadsEntry(file="log", format=kind), tmp_path))


def vast(tmp_path: Path, *records: object) -> Said:
    return read(tmp_path, "".join(json.dumps(record) + "\n" for record in records), "vast-audit")


def test_the_last_read_of_a_place_is_claimed_and_noted(tmp_path: Path) -> None:
    old = line().replace("01/Mar", "01/Feb")
    found = read(tmp_path, line() + old + line("REST.PUT.OBJECT", key="new"), "s3-access-log")
    (claim,) = found.claims
    assert claim["holder"] == "read:s3://ckpt/run/model.safetensors"
    assert claim["target"] == "s3://ckpt/run/model.safetensors"
    assert (claim["root"], claim["root_name"], claim["since"]) == ("read.within", None, READ)
    assert claim["words"] == "read on 2026-03-01 by arn:aws:iam::1:user/alice"
    (note,) = found.notes
    assert (note["node"], note["key"]) == ("s3://ckpt/run/model.safetensors", "read")
    assert (note["number"], note["text"]) == (READ.timestamp(), "arn:aws:iam::1:user/alice")
    assert found.problems == []


def test_a_log_is_as_of_its_last_line(tmp_path: Path) -> None:
    found = read(tmp_path, line(), "s3-access-log")
    assert found.as_of == READ


def test_its_limits_are_said(tmp_path: Path) -> None:
    found = read(tmp_path, line() + line().replace("01/Mar", "01/Feb"), "s3-access-log")
    assert found.remarks[0] == "the log is of 2026-02-01 to 2026-03-01, and of nothing else"
    assert "caches" in found.remarks[1]


def test_vasts_records_are_read(tmp_path: Path) -> None:
    found = vast(tmp_path, VAST, {**VAST, "RPCType": "LOOKUP", "Path": {"Path": "/store/b"}})
    assert found.targets == {"file:///store/a"}
    assert found.noted("read") == {"file:///store/a": "alice"}
    assert found.problems == []


def test_vasts_table_is_read_from_parquet_and_csv(tmp_path: Path) -> None:
    table = pa.table({"time": [READ], "rpc_type": ["READ"], "path": [{"path": "/store/a"}]})
    pq.write_table(table, tmp_path / "table")
    assert read(tmp_path, (tmp_path / "table").read_bytes(), "vast-audit").targets == {
        "file:///store/a"
    }
    text = "time,rpc_type,path\n2026-03-01 12:00:00.000 UTC,READ,/store/a\n"
    assert read(tmp_path, text, "vast-audit").targets == {"file:///store/a"}


def test_missing_columns_are_named_with_those_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="lacks rpc_type, path; it has time, user") as caught:
        read(tmp_path, "time,user\n1,alice\n", "vast-audit")
    assert "SELECT" in caught.value.__notes__[0]
    with pytest.raises(EvidenceError, match="lacks rpc_type"):
        vast(tmp_path, {"Time": VAST["Time"], "Path": "/a"})


def test_reads_that_name_no_place_are_a_problem(tmp_path: Path) -> None:
    found = vast(tmp_path, VAST, {"Time": VAST["Time"], "RPCType": "READ", "Path": ""})
    assert "Log Full Path" in found.words[0]


def test_a_bad_line_is_a_problem_and_the_others_count(tmp_path: Path) -> None:
    found = read(tmp_path, line() + "garbage\n\n", "s3-access-log")
    assert len(found.claims) == 1
    assert found.words == ["1 of its 2 lines are no requests"]
    found = vast(tmp_path, VAST, {"x": 1}, "text")
    assert found.words == ["2 of its 3 records have no time or no operation"]


def test_a_log_that_breaks_off_is_a_problem(tmp_path: Path) -> None:
    found = read(tmp_path, line() + "x" * 2_000_000, "s3-access-log")
    assert "only in part" in found.words[0]
    assert len(found.claims) == 1


@pytest.mark.parametrize("kind", ["vast-audit", "s3-access-log"])
@pytest.mark.parametrize("text", ["", "\n\n", "garbage\nmore\n", '{"a": 1}\n', "a,b\n1,2\n"])
def test_what_is_no_log_is_an_error(
    tmp_path: Path, text: str, kind: Literal["vast-audit", "s3-access-log"]
) -> None:
    with pytest.raises(EvidenceError):
        read(tmp_path, text, kind)


def test_a_read_that_is_still_to_come_counts_as_now(tmp_path: Path) -> None:
    found = vast(tmp_path, {**VAST, "Time": "2093-01-01T00:00:00Z"})
    assert found.claims[0]["since"] == NOW
    assert any("still to come" in words for words in found.remarks)
    assert found.as_of == NOW - timedelta(hours=1)


def test_who_could_have_written_it_is_whoever_sends_requests(tmp_path: Path) -> None:
    source = ReadsSource(ReadsEntry(file="log", format="vast-audit", name="vast"), tmp_path)
    assert source.name == "vast"
    assert source.place == f"{tmp_path}/log"
    assert "whoever sends requests" in source.writers
