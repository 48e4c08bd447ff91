from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from governance.lineage.describe import claims_said, describe
from governance.lineage.graph import Node
from governance.lineage.resolve import Thing
from tests.governance.lineage.lab import RUN, note, project, reading, save, thing, uri, world

RECORD = "record:" + "0" * 32


def described(connection: duckdb.DuckDBPyConnection, *texts: str) -> dict[str, Node]:
    things = [Thing(text, text) for text in texts]
    return {node.id: node for node in describe(connection, things)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("mlflow:lab/run/1", "run"),
        ("mlflow:lab/alias/x@y", "alias"),
        ("mlflow:lab/version/x/1", "version"),
        ("mlflow:lab/model/m-1", "model"),
        ("mlflow:lab/dataset/x@1", "dataset"),
        ("mlflow:lab/other/1", "unknown"),
        ("run:x", "run"),
        ("job:alps/42", "job"),
        ("commit:ab", "code"),
        ("image:sha256:ab", "image"),
        ("hub:a/b", "hub"),
        ("doi:10.1/x", "release"),
        ("release:v1", "release"),
        ("serving:gitops/a.yaml", "deployment"),
        ("trainer.latest:s3://lab/a/", "pointer"),
        (RECORD, "record"),
        ("models:/x@y", "alias"),
        ("models:/x/1", "model"),
        ("git:repo@refs/heads/main", "code"),
        ("\x1b[31m", "unknown"),
    ],
)
def test_a_node_says_by_its_form_what_it_is(tmp_path: Path, text: str, kind: str) -> None:
    connection = world(tmp_path, [], [])
    assert described(connection, text)[text].type == kind
    connection.close()


def test_notes_say_more_and_what_was_listed_wins(tmp_path: Path) -> None:
    notes = [
        note(RUN, "type", "job"),
        note(RUN, "label", "sft"),
        note(RUN, "status", "finished"),
        note(RUN, "state", "deleted"),
        note(RUN, "started", None, 1_790_000_000.0),
        note(RUN, "ended", None, float("inf")),
        note(uri("m/"), "type", "dataset"),
        note(uri("m"), "digest", "md5:" + "a" * 32),
        note(uri("x.bin"), "type", "dataset"),
        note("weird", "type", "<script>"),
        note("mlflow:lab/alias/x@y", "type", "release"),
    ]
    things = [thing("m/", "model"), thing("x.bin", "unknown")]
    connection = world(tmp_path, things, [reading("x", [], notes)])
    found = described(connection, RUN, "weird", "mlflow:lab/alias/x@y")
    assert found["mlflow:lab/alias/x@y"].type == "alias"
    assert (found[RUN].type, found[RUN].label) == ("job", "sft")
    assert found[RUN].status == "finished, deleted"
    assert found[RUN].started == datetime.fromtimestamp(1_790_000_000, UTC)
    assert found[RUN].ended is None
    assert found["weird"].type == "unknown"
    model = Thing("artifact:m", uri("m/"), ((0, uri("m/")),))
    file = Thing("artifact:x", uri("x.bin"), ((1, uri("x.bin")),))
    nodes = describe(connection, [model, file])
    assert [node.type for node in nodes] == ["model", "dataset"]
    assert nodes[0].digests == ("md5:" + "a" * 32,)
    connection.close()


def test_a_folder_is_there_when_something_lies_in_it(tmp_path: Path) -> None:
    connection = world(tmp_path, [save("runs/a/", 1000)], [])
    found = described(connection, uri("runs/a"), uri("runs"), uri("none"), "md5:" + "0" * 32)
    assert {name: (node.type, node.there) for name, node in found.items()} == {
        uri("runs/a"): ("run", True),
        uri("runs"): ("folder", True),
        uri("none"): ("unknown", False),
        "md5:" + "0" * 32: ("unknown", False),
    }
    connection.close()


def test_every_claim_says_who_says_it(tmp_path: Path) -> None:
    connection = project(tmp_path)
    found = claims_said(connection, range(4))
    assert found[1].words == "run sft"
    assert (found[1].kind, found[1].source, found[1].trusted) == ("mlflow", "lab", True)
    assert found[3].since is not None
    assert claims_said(connection, []) == {}
    connection.close()
