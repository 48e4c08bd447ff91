"""Random lineages: cycles, names that would break out of any format, all types and relations."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from governance.lineage.graph import TYPES, Artifact, Edge, Graph, More, Node, Said
from tests.governance.lineage.lab import HOSTILE

NOW = datetime(2026, 11, 22, 1, 20, tzinfo=UTC)
texts = st.one_of(
    st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
)
said = st.builds(
    Said,
    words=texts,
    kind=st.sampled_from(["mlflow", "store", "name"]),
    source=texts,
    trusted=st.booleans(),
    at=st.none() | texts,
)
moments = st.datetimes(datetime(1990, 1, 1), datetime(9990, 1, 1)).map(  # noqa: DTZ001 - set next
    lambda moment: moment.replace(tzinfo=UTC)
)


@st.composite
def nodes(draw: st.DrawFn, number: int) -> Node:
    """An artifact, or something outside of the stores."""
    type_ = draw(st.sampled_from(TYPES))
    name = draw(texts)
    outside = draw(st.booleans())
    artifact = None
    if not outside:
        artifact = Artifact(
            id=f"{number:024x}",
            uri=f"{draw(st.sampled_from(['s3://lab/', 'file:///']))}{number}/{name}",
            kind=type_,
            layout="x",
            bytes=draw(st.integers(0, 2**62)),
            objects=1,
            complete=draw(st.sampled_from([True, False, None])),
            run="",
            step=draw(st.none() | st.integers(-5, 2**40)),
            project="p",
            newest=draw(st.none() | moments),
            slot=draw(st.sampled_from(["", "run", "rest"])),
        )
    copies = 0 if outside else draw(st.integers(0, 2))
    digest = st.sampled_from(["md5:" + "a" * 32, "sha256:" + "0" * 64])
    return Node(
        id=f"{number}:{name}" if artifact is None else f"artifact:{artifact.id}",
        type=type_,
        label=draw(texts),
        there=not outside or draw(st.booleans()),
        artifact=artifact,
        also=tuple(f"s3://copies/{copy}/{draw(texts)}" for copy in range(copies)),
        licences=tuple(draw(st.lists(said, max_size=2))),
        digests=tuple(draw(st.lists(digest, max_size=2))),
        status=draw(st.none() | st.sampled_from(["running", "finished", "failed, deleted"])),
        started=draw(st.none() | moments),
        ended=draw(st.none() | moments),
    )


@st.composite
def graphs(draw: st.DrawFn, most: int = 6) -> Graph:
    """Up to `most` nodes with any edges between them, to themselves too."""
    every = [draw(nodes(number)) for number in range(draw(st.integers(1, most)))]
    ends = st.sampled_from([node.id for node in every])
    keys = draw(
        st.lists(
            st.tuples(ends, ends, st.sampled_from(["names", "needs", "made"])),
            unique=True,
            max_size=3 * most,
        )
    )
    edges = [Edge(*key, said=tuple(draw(st.lists(said, min_size=1, max_size=2)))) for key in keys]
    more = [More(draw(ends), "up", "checkpoint", 312)] if draw(st.booleans()) else []
    return Graph.of(every[0].id, every, edges, more, cut=draw(st.booleans()))


def edges_of(graph: Graph) -> set[tuple[str, str, str]]:
    """What may not be lost."""
    return {edge.key for edge in graph.edges}
