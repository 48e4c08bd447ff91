import io
import json

from hypothesis import given
from prov.model import (
    ProvActivity,
    ProvDocument,
    ProvEntity,
    ProvRecord,
    ProvRelation,
)

from governance.lineage.graph import Artifact, Edge, Graph, Node, Said
from governance.lineage.write import iri
from governance.lineage.write.prov import document
from tests.governance.lineage.graphs import NOW, edges_of, graphs

MODEL = Node(
    "artifact:aa",
    "model",
    artifact=Artifact("aa", "s3://lab/a b/%2F/", "model", "hf", 7, 1, True, "", None, "p", None),
    also=("s3://lab/copy/",),
    licences=(Said("mit", "links", "workspace", True),),
)
RUN = Node("mlflow:lab/run/1", "run", label="sft", started=NOW, ended=NOW)


def read_back(graph: Graph) -> ProvDocument:
    """Through the standard's own library; it warns of whatever it would not take."""
    text = json.dumps(document(graph, NOW))
    return ProvDocument.deserialize(io.StringIO(text), format="json")


def edges_in(found: ProvDocument) -> set[tuple[str, str, str]]:
    edges = set()
    for record in found.get_records(ProvRelation):
        later, earlier = (
            iri.identity_of(value.localpart) for _, value in record.formal_attributes[:2]
        )
        relation = attribute(record, "relation")
        ends = (earlier, later) if relation == "made" else (later, earlier)
        edges.add((*ends, relation))
    return edges


def attribute(record: ProvRecord, name: str) -> str:
    (value,) = record.get_attribute(f"tutela:{name}")
    return str(value)


@given(graphs())
def test_the_library_reads_back_every_edge(graph: Graph) -> None:
    assert edges_in(read_back(graph)) == edges_of(graph)


@given(graphs())
def test_the_library_reads_back_every_node(graph: Graph) -> None:
    found = read_back(graph)
    names = {
        iri.identity_of(record.identifier.localpart)
        for record in found.get_records()
        if record.identifier is not None and record.identifier.namespace.uri == iri.NODES
    }
    assert names == {node.id for node in graph.nodes}


@given(graphs())
def test_the_same_graph_gives_the_same_text(graph: Graph) -> None:
    again = Graph.of(graph.start, reversed(graph.nodes), reversed(graph.edges), graph.more)
    assert json.dumps(document(graph, NOW)) == json.dumps(document(again, NOW))


@given(graphs(most=4))
def test_it_can_be_written_as_prov_n_and_read_as_json_again(graph: Graph) -> None:
    found = read_back(graph)
    assert "endDocument" in found.get_provn()
    assert ProvDocument.deserialize(io.StringIO(found.serialize(format="json"))) == found


def test_a_run_uses_and_generates() -> None:
    graph = Graph.of(
        None,
        [MODEL, RUN, Node("doi:10.1/x", "release")],
        [
            Edge(RUN.id, MODEL.id, "made"),
            Edge(RUN.id, "doi:10.1/x", "needs"),
            Edge("doi:10.1/x", MODEL.id, "names"),
        ],
    )
    said = document(graph, NOW)
    assert {"wasGeneratedBy", "used", "wasInfluencedBy"} <= set(said)
    assert edges_in(read_back(graph)) == edges_of(graph)


def test_copies_are_one_entity_with_two_places() -> None:
    found = read_back(Graph.of(None, [MODEL], []))
    (entity,) = found.get_record("node:artifact%3Aaa")
    assert isinstance(entity, ProvEntity)
    places = {str(value) for value in entity.get_attribute("prov:location")}
    assert places == {"s3://lab/a%20b/%252F/", "s3://lab/copy/"}
    assert entity.get_attribute("tutela:licence") == {"MIT"}


def test_times_are_those_of_the_run_and_of_the_export() -> None:
    found = read_back(Graph.of(None, [RUN], []))
    (activity,) = found.get_record("node:mlflow%3Alab/run/1")
    assert isinstance(activity, ProvActivity)
    assert activity.get_startTime() == NOW
    (known,) = found.get_record("tutela:lineage")
    assert known.get_attribute("tutela:asOf") == {NOW}
