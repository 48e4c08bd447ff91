from datetime import UTC, datetime

import pytest

from governance.lineage.graph import Artifact, Edge, More, Node, Said
from governance.lineage.write.words import (
    facts,
    kind,
    more,
    name,
    period,
    sources,
    verb,
    wrapped,
)

NOW = datetime(2026, 11, 22, 1, 20, tzinfo=UTC)


def artifact(**fields: object) -> Artifact:
    plain: dict[str, object] = {
        "id": "a",
        "uri": "s3://b/x/",
        "kind": "model",
        "layout": "x",
        "bytes": 4_000_000_000,
        "objects": 1,
        "complete": True,
        "run": "",
        "step": None,
        "project": "p",
        "newest": None,
    }
    return Artifact(**{**plain, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("count", "kind", "words"),
    [
        (312, "checkpoint", "312 more checkpoints"),
        (1, "checkpoint", "1 more checkpoint"),
        (2, "alias", "2 more aliases"),
        (1, "thing", "1 other"),
        (1_200, "thing", "1,200 others"),
    ],
)
def test_what_is_left_out_is_said_in_words(count: int, kind: str, words: str) -> None:
    assert more(More("a", "up", kind, count)) == words


def test_a_node_is_called_by_its_uri_its_label_or_its_text() -> None:
    assert name(Node("x", label="sft")) == "sft"
    assert name(Node("run:\x1b[31m")) == "run:\\x1b[31m"
    assert name(Node("x", artifact=artifact(slot="rest"))) == "s3://b/x/ (rest)"
    assert name(Node("x", artifact=artifact(slot="run"))) == "s3://b/x/"


def test_what_the_name_says_is_not_said_again() -> None:
    assert kind(Node("run:sft", "run")) == ""
    assert kind(Node("mlflow:lab/run/1", "run")) == "run"
    assert kind(Node("x")) == ""


def test_long_words_are_wrapped_and_none_is_lost() -> None:
    lines = wrapped("\x1b " + "word " * 60)
    assert max(map(len, lines)) <= 100
    assert "".join(lines).split() == ["\\x1b", *["word"] * 60]


def test_facts_are_short() -> None:
    node = Node("x", artifact=artifact(step=8000, complete=False), also=("s3://c/",))
    assert facts(node) == ["4.0 GB", "step 8,000", "partial", "and 1 copy"]
    assert facts(Node("x", there=False, status="a\nb")) == ["not there", "a\\nb"]


def test_who_says_it_and_how_far_that_goes() -> None:
    said = [Said("", kind, "s", kind != "store") for kind in ("mlflow", "store")]
    assert sources(Edge("a", "b", "needs", tuple(said))) == "mlflow, store"
    assert sources(Edge("a", "b", "needs", (said[1],))) == "store, not registered"
    guess = Said("", "name", "", False)
    assert sources(Edge("a", "b", "names", (guess,))) == "by its name only"
    assert sources(Edge("a", "b", "names")) == ""


def test_an_edge_reads_both_ways() -> None:
    assert verb(Edge("a", "b", "made"), "up") == "made by"
    assert verb(Edge("a", "b", "needs"), "down") == "needed by"


def test_when_a_run_was() -> None:
    assert period(Node("x")) == ""
    assert period(Node("x", started=NOW)) == "2026-11-22 01:20 UTC to unknown"
