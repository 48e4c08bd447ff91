from pathlib import Path

import pytest

from governance.lineage.graph import Edge, Graph, More, Node, Said
from governance.lineage.licences import licences, spdx
from governance.lineage.subgraph import subgraph
from tests.governance.lineage.lab import note, project, reading, save, uri, world


def said(words: str, kind: str = "links") -> Said:
    return Said(words, kind, "one", kind != "store")


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("mit", "MIT"),
        (" Apache-2.0 ", "Apache-2.0"),
        ("https://spdx.org/licenses/CC0-1.0.html", "CC0-1.0"),
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
        ("cc-by-4.0", "CC-BY-4.0"),
        ("odc-by", "ODC-By-1.0"),
    ],
)
def test_what_exactly_means_an_identifier_is_one(text: str, identifier: str) -> None:
    assert spdx(text) == identifier


@pytest.mark.parametrize("text", ["llama3.1", "gpl", "apache", "cc", "other", "MIT or not", ""])
def test_nothing_else_is_guessed(text: str) -> None:
    assert spdx(text) is None


def test_a_model_inherits_from_its_run_its_data_and_its_base(tmp_path: Path) -> None:
    connection = project(tmp_path)
    found = licences(subgraph(connection, uri("released/llama/"), "up"), ["a doubt"])
    assert [(one.node.name, [held.name for held in one.licences]) for one in found.every] == [
        (uri("released/llama/"), []),
        (uri("data/corpus/"), ["CC-BY-4.0"]),
    ]
    assert [edge.relation for edge in found.every[1].path] == ["needs", "made", "needs"]
    assert (found.names, found.whole, found.doubts) == (("CC-BY-4.0",), True, ("a doubt",))

    found = licences(subgraph(connection, uri("adapters/chat/"), "up"))
    assert found.names == ("MIT", "llama3.1")
    # What is not there, and what has no card, is not passed over.
    assert {one.node.name for one in found.unknown} == {
        uri("runs/gone/checkpoint-1"),
        uri("base/Llama-3.1-8B/"),
    }
    connection.close()


def test_a_licence_of_a_folder_is_that_of_all_in_it(tmp_path: Path) -> None:
    notes = [note(uri("runs/"), "licence", "MIT"), note("s3://lab/r", "licence", "Zlib")]
    connection = world(tmp_path, [save("runs/sft/", 1000)], [reading("links", [], notes)])
    found = licences(subgraph(connection, uri("runs/sft/checkpoint-1000/"), "up"))
    assert [held.name for held in found.every[0].licences] == ["MIT"]
    connection.close()


def test_sources_that_contradict_each_other_stand_side_by_side() -> None:
    node = Node("a", "model", licences=(said("mit"), said("MIT", "store"), said("gpl-3.0-only")))
    (one,) = licences(Graph.of("a", [node], [])).every
    assert one.contradicts
    assert [(held.name, len(held.said)) for held in one.licences] == [
        ("GPL-3.0-only", 1),
        ("MIT", 2),
    ]


def test_a_circle_is_walked_once_and_the_shortest_way_is_taken() -> None:
    nodes = [Node(name, "model", licences=(said(name),)) for name in "abc"]
    edges = [
        Edge("a", "b", "needs"),
        Edge("b", "c", "needs"),
        Edge("c", "a", "needs"),
        Edge("a", "c", "needs"),
    ]
    found = licences(Graph.of("a", nodes, edges))
    assert [len(one.path) for one in found.every] == [0, 1, 1]


def test_runs_and_aliases_have_no_licence_but_an_unseen_ancestor_does() -> None:
    nodes = [Node("a", "model"), Node("b", "run"), Node("c", "unknown", there=False)]
    edges = [Edge("b", "a", "made"), Edge("b", "c", "needs")]
    found = licences(Graph.of("a", nodes, edges))
    assert [one.node.id for one in found.unknown] == ["a", "c"]


def test_what_stands_for_something_has_its_licence() -> None:
    nodes = [Node("a", "alias"), Node("b", "dataset"), Node("c", "dataset"), Node("h", "hub")]
    edges = [
        Edge("a", "b", "names", (said("x"),)),
        Edge("b", "c", "names", (said("x"),)),
        Edge("a", "h", "needs", (said("x"),)),
        Edge("h", "c", "names", (Said("same name", "name", "", False),)),
    ]
    found = licences(Graph.of("a", nodes, edges))
    assert [one.node.id for one in found.unknown] == ["h", "c"]


def test_ancestors_that_were_left_out_are_said() -> None:
    graph = Graph.of("a", [Node("a", "model")], [], [More("a", "up", "thing", 1)])
    assert not licences(graph).whole
    assert licences(Graph.of("a", [Node("a")], [], [More("a", "down", "thing", 1)])).whole
