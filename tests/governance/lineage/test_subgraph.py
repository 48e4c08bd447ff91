from collections.abc import Iterator
from pathlib import Path

import duckdb
import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.decide.claims import load
from governance.decide.evidence import Evidence
from governance.lineage.graph import Graph
from governance.lineage.index import prepare
from governance.lineage.subgraph import TooMuchError, everything, subgraph
from tests.governance.lineage.lab import (
    ALIAS,
    HOSTILE,
    RUN,
    VERSION,
    claim,
    note,
    project,
    reading,
    thing,
    uri,
    world,
)

# Every case makes its tables anew.
FEWER = settings(max_examples=settings.default.max_examples // 4 if settings.default else 25)
ARTIFACTS = [uri(f"x/{number}/") for number in range(4)]
ENDS = [*ARTIFACTS, *(f"run:{name}" for name in HOSTILE), "s3://gone/1", "md5:" + "0" * 32]


def names(graph: Graph) -> set[str]:
    return {node.name for node in graph.nodes}


def near(graph: Graph, name: str) -> set[tuple[str, str]]:
    """What is known of the node `name`, as (relation, other name)."""
    (own,) = [node.id for node in graph.nodes if node.name == name]
    return {
        (edge.relation, graph.node(other).name)
        for edge in graph.edges
        for other in (edge.holder, edge.target)
        if own in (edge.holder, edge.target) and other != own
    }


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = project(tmp_path_factory.mktemp("project"))
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    things = [thing(f"x/{number}/", "model") for number in range(4)]
    connection = world(tmp_path_factory.mktemp("plain"), things, [])
    yield connection
    connection.close()


def say(connection: duckdb.DuckDBPyConnection, rows: list[tuple[str, str, str]]) -> None:
    load(connection, Evidence((reading("mlflow", [claim(*row) for row in rows]),)))
    prepare(connection)


def test_up_is_what_it_was_made_from(lab: duckdb.DuckDBPyConnection) -> None:
    graph = subgraph(lab, uri("released/llama/"), "up")
    assert names(graph) == {
        uri("released/llama/"),
        uri("runs/sft/checkpoint-8000/"),
        "sft",
        uri("data/corpus/"),
        "commit:" + "ab" * 20,
    }


def test_down_is_what_uses_it_as_far_as_the_deployment(lab: duckdb.DuckDBPyConnection) -> None:
    graph = subgraph(lab, uri("released/llama/"), "down")
    assert {VERSION, ALIAS, "models:/llama@production"} < names(graph)
    assert [node.name for node in graph.nodes if node.type == "deployment"] == [
        "git:gitops@refs/heads/main:apps/llama.yaml"
    ]


def test_a_copy_that_is_claimed_is_the_same_node(lab: duckdb.DuckDBPyConnection) -> None:
    graph = subgraph(lab, uri("tmp/corpus-copy/"), "down", depth=1)
    assert graph.first.name == uri("data/corpus/")
    assert graph.first.also == (uri("tmp/corpus-copy/"),)
    assert near(graph, uri("data/corpus/")) == {("needs", "sft")}


def test_a_run_made_all_that_lies_in_its_folder(lab: duckdb.DuckDBPyConnection) -> None:
    graph = subgraph(lab, RUN, "down", depth=1)
    saves = {uri(f"runs/sft/checkpoint-{step}000/") for step in range(1, 9)}
    assert near(graph, "sft") == {("made", one) for one in {*saves, uri("runs/sft/")}}


def test_what_is_left_out_is_counted(lab: duckdb.DuckDBPyConnection) -> None:
    graph = subgraph(lab, RUN, "down", depth=1, limit=3)
    assert [(one.kind, one.count) for one in graph.more if one.node == RUN] == [("checkpoint", 6)]
    # The run's own files, then the newest saves.
    assert len(graph.edges) == 3
    assert ("made", uri("runs/sft/checkpoint-8000/")) in near(graph, "sft")


def test_what_lies_deeper_is_counted(lab: duckdb.DuckDBPyConnection) -> None:
    graph = subgraph(lab, uri("released/llama/"), "up", depth=1)
    assert [(one.direction, one.count) for one in graph.more] == [("up", 1)]


def test_a_save_has_no_brothers_above_it(lab: duckdb.DuckDBPyConnection) -> None:
    graph = subgraph(lab, uri("runs/sft/checkpoint-3000/"), "up")
    assert uri("runs/sft/checkpoint-2000/") not in names(graph)


def test_a_folder_that_names_its_newest_save_does_not_name_it_by_its_brothers(
    plain: duckdb.DuckDBPyConnection,
) -> None:
    say(plain, [("names", uri("x/"), uri("x/3/"))])
    graph = subgraph(plain, uri("x/3/"), "down")
    assert names(graph) == {uri("x/3/"), uri("x")}
    assert all(node.there for node in graph.nodes)


def test_a_folder_that_needs_something_is_all_that_lies_in_it(
    plain: duckdb.DuckDBPyConnection,
) -> None:
    say(plain, [("needs", uri("x"), "hub:org/base"), ("names", "alias", uri("x/2/"))])
    assert len(subgraph(plain, "hub:org/base", "down", depth=1).edges) == 4
    assert names(subgraph(plain, "alias", "up")) == {"alias", uri("x/2/"), "hub:org/base"}


def test_a_file_in_an_artifact_stands_for_it(plain: duckdb.DuckDBPyConnection) -> None:
    say(plain, [("needs", "run:1", uri("x/1/model.safetensors"))])
    assert names(subgraph(plain, uri("x/1/"), "down")) == {uri("x/1/"), "run:1"}
    assert names(subgraph(plain, "run:1", "up")) == {uri("x/1/"), "run:1"}


def test_a_file_that_is_not_in_the_artifact_is_missing(plain: duckdb.DuckDBPyConnection) -> None:
    say(plain, [("needs", "run:1", uri("x/1/other.safetensors"))])
    graph = subgraph(plain, "run:1", "up")
    assert [node.name for node in graph.missing] == [uri("x/1/other.safetensors")]


def test_a_name_on_a_hub_is_only_probably_a_folder_called_so(
    lab: duckdb.DuckDBPyConnection,
) -> None:
    graph = subgraph(lab, uri("adapters/chat/"), "up")
    (guess,) = [edge for edge in graph.edges if edge.relation == "names"]
    assert graph.node(guess.target).name == uri("base/Llama-3.1-8B/")
    assert (guess.said[0].kind, guess.trusted) == ("name", False)
    assert uri("adapters/chat/") in names(subgraph(lab, uri("base/Llama-3.1-8B/"), "down"))


def test_two_nodes_that_need_each_other_are_a_circle_and_no_end(
    plain: duckdb.DuckDBPyConnection,
) -> None:
    say(
        plain,
        [("needs", "run:a", "run:b"), ("needs", "run:b", "run:a"), ("needs", "run:b", "run:b")],
    )
    graph = subgraph(plain, "run:a")
    assert graph.cycles == (("run:a", "run:b"),)
    assert len(graph.edges) == 3


def test_several_claims_of_the_same_are_one_edge_that_names_all(
    plain: duckdb.DuckDBPyConnection,
) -> None:
    rows = [claim("needs", "run:a", uri("x/1/"), f"words {n}") for n in range(2)]
    spoof = reading("store", [claim("needs", "run:a", uri("x/1"), "bucket")], trusted=False)
    load(plain, Evidence((reading("mlflow", rows), spoof)))
    prepare(plain)
    (edge,) = subgraph(plain, "run:a").edges
    assert [one.words for one in edge.said] == ["words 0", "words 1", "bucket"]
    assert edge.trusted


def test_no_more_nodes_than_asked_for(plain: duckdb.DuckDBPyConnection) -> None:
    say(plain, [("needs", "run:a", f"run:{number}") for number in range(30)])
    graph = subgraph(plain, "run:a", "up", most=10)
    assert (len(graph.nodes), graph.cut) == (10, True)
    assert sum(one.count for one in graph.more if one.node == "run:a") == 21


@FEWER
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["names", "needs", "made"]),
            st.sampled_from(ENDS),
            st.sampled_from(ENDS),
        ),
        max_size=25,
    ),
    st.sampled_from(ENDS),
)
def test_what_is_reached_is_what_networkx_reaches(
    plain: duckdb.DuckDBPyConnection, rows: list[tuple[str, str, str]], start: str
) -> None:
    say(plain, rows)
    peer: nx.DiGraph[str] = nx.DiGraph()
    peer.add_node(start)
    for relation, holder, target in rows:
        # A place that stands for itself is no edge.
        if not (relation == "names" and holder == target):
            ends = (holder, target) if relation == "made" else (target, holder)
            peer.add_edge(*ends)
    up, down = subgraph(plain, start, "up"), subgraph(plain, start, "down")
    assert names(up) == nx.ancestors(peer, start) | {start}
    assert names(down) == nx.descendants(peer, start) | {start}
    assert {edge.key for edge in subgraph(plain, start).edges} == {
        edge.key for edge in (*up.edges, *down.edges)
    }


@FEWER
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["names", "needs", "made"]),
            st.sampled_from(ENDS),
            st.sampled_from(ENDS),
        ),
        max_size=25,
    )
)
def test_everything_has_every_claim(
    plain: duckdb.DuckDBPyConnection, rows: list[tuple[str, str, str]]
) -> None:
    say(plain, rows)
    graph = everything(plain)
    found = {
        (edge.relation, graph.node(edge.holder).name, graph.node(edge.target).name)
        for edge in graph.edges
    }
    assert found == {row for row in rows if not (row[0] == "names" and row[1] == row[2])}


def test_more_than_can_be_written_is_an_error(lab: duckdb.DuckDBPyConnection) -> None:
    assert len(everything(lab).edges) > 10
    with pytest.raises(TooMuchError, match="more than 3 claims"):
        everything(lab, most=3)


def test_a_lie_about_content_in_a_bucket_merges_nothing(tmp_path: Path) -> None:
    things = [thing("a/", "model", content="a"), thing("b/", "model", content="b")]
    lie = "sha256:" + "0" * 64
    notes = [note(uri(f"{name}/"), "digest", lie) for name in "ab"]
    for trusted, merged in ((False, 0), (True, 1)):
        folder = tmp_path / str(trusted)
        connection = world(folder, things, [reading("store", [], notes, trusted=trusted)])
        assert len(subgraph(connection, uri("a/")).first.also) == merged
        connection.close()
