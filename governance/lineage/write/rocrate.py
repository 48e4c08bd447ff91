"""A lineage as an RO-Crate 1.3 of the Process Run profile 0.6: `ro-crate-metadata.json`.

Runs and jobs are CreateActions with `object` (what they needed), `result` (what they made) and
`instrument` (their code and container). What other nodes are made from is `isBasedOn`. For what
schema.org has no word (an alias stands for a version), the crate's own terms `names`, `needs` and
`made` are declared in its context. No data lies in the crate: it names where it is.
"""

from collections.abc import Iterable
from datetime import datetime

from governance.lineage.graph import Edge, Graph, Node
from governance.lineage.licences import spdx
from governance.lineage.write import iri

METADATA = "ro-crate-metadata.json"
PREVIEW = "ro-crate-preview.html"
CRATE = "https://w3id.org/ro/crate/1.3"
PROFILE = "https://w3id.org/ro/wfrun/process/0.6"
UNRECORDED = "#unrecorded-software"
_LICENCES = "https://spdx.org/licenses/"
_OWN = ("names", "needs", "made")
_STATUS = {
    "finished": "http://schema.org/CompletedActionStatus",
    "failed": "http://schema.org/FailedActionStatus",
    "killed": "http://schema.org/FailedActionStatus",
    "running": "http://schema.org/ActiveActionStatus",
}
_SOFTWARE = {"code": "SoftwareSourceCode", "image": "SoftwareApplication"}

Json = dict[str, object]


def crate(graph: Graph, now: datetime, *, preview: bool = False) -> Json:
    """Return the metadata; the same graph and time always give the same."""
    links = _Links(graph)
    entities = [_entity(node, links) for node in graph.nodes]
    parts = [_id(node) for node in graph.nodes if _is_data(node)]
    actions = [_id(node) for node in graph.nodes if node.is_activity]
    root: Json = {
        "@id": "./",
        "@type": "Dataset",
        "conformsTo": {"@id": PROFILE},
        "name": f"Lineage of {graph.first.name}" if graph.start else "Lineage",
        "description": "What was made from what, as tutela knows it; the data lie where they are.",
        "datePublished": iri.time(now),
        "hasPart": _refs(parts),
        "mentions": _refs(actions),
    }
    if graph.start is not None:
        root["mainEntity"] = {"@id": _id(graph.first)}
        if graph.first.licences:
            root["license"] = _licence(graph.first)
    head: list[Json] = [
        {
            "@id": METADATA,
            "@type": "CreativeWork",
            "conformsTo": {"@id": CRATE},
            "about": {"@id": "./"},
        },
        root,
        {"@id": PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.6"},
    ]
    if preview:
        about = {"@id": "./"}
        head.append(
            {
                "@id": PREVIEW,
                "@type": "CreativeWork",
                "about": about,
                "encodingFormat": "text/html",
                "name": "The lineage, for people",
            }
        )
    if links.without_instrument:
        head.append(
            {
                "@id": UNRECORDED,
                "@type": "SoftwareApplication",
                "name": "software that no source names",
            }
        )
    known = {name for node in graph.nodes for one in node.licences if (name := spdx(one.words))}
    head += [
        {"@id": f"{_LICENCES}{name}", "@type": "CreativeWork", "name": name, "identifier": name}
        for name in sorted(known)
    ]
    terms = {term: f"{iri.TERMS}{term}" for term in _OWN}
    context = [f"{CRATE}/context", "https://w3id.org/ro/terms/workflow-run/context", terms]
    return {"@context": context, "@graph": [*head, *entities]}


class _Links:
    """Edges by the entity that states them, and the property that says so."""

    def __init__(self, graph: Graph) -> None:
        self._held: dict[str, dict[str, list[str]]] = {}
        for edge in graph.edges:
            holder, name, target = _property(edge, graph)
            self._held.setdefault(holder.id, {}).setdefault(name, []).append(_id(target))
        self.without_instrument = [
            node
            for node in graph.nodes
            if node.is_activity and "instrument" not in self._held.get(node.id, {})
        ]

    def of(self, node: Node) -> Json:
        """The properties of an entity that are its edges."""
        held = self._held.get(node.id, {})
        return {name: _refs(targets) for name, targets in sorted(held.items())}


def _property(edge: Edge, graph: Graph) -> tuple[Node, str, Node]:
    holder, target = graph.node(edge.holder), graph.node(edge.target)
    if holder.is_activity and not target.is_activity:
        if edge.relation == "made":
            return holder, "result", target
        if edge.relation == "needs":
            return holder, "instrument" if target.type in _SOFTWARE else "object", target
    if edge.relation == "needs" and not holder.is_activity and not target.is_activity:
        return holder, "isBasedOn", target
    return holder, edge.relation, target


def _refs(targets: Iterable[str]) -> list[Json]:
    return [{"@id": target} for target in dict.fromkeys(targets)]


def _is_data(node: Node) -> bool:
    return node.artifact is not None


def _id(node: Node) -> str:
    """A place is called by its URI, all else by its own name within the crate."""
    if node.artifact is not None:
        slot = f"#{node.artifact.slot}" if node.artifact.slot else ""
        return iri.place(node.artifact.uri) + slot
    # No `/` and no `.` alone: readers would take it for a path.
    return f"#{iri.local(node.id).replace('/', '%2F')}"


def _entity(node: Node, links: _Links) -> Json:
    said: Json = {"@id": _id(node), "@type": _type(node), "name": node.name}
    said["identifier"] = iri.iri(node.id)
    said["additionalType"] = node.type
    if node.artifact is not None:
        said["contentSize"] = str(node.artifact.bytes)
        if node.artifact.newest is not None:
            said["dateModified"] = iri.time(node.artifact.newest)
    if node.also:
        said["sameAs"] = [iri.place(uri) for uri in node.also]
    if node.licences:
        said["license"] = _licence(node)
    hashes = [digits for algorithm, digits in iri.digests(node) if algorithm == "sha256"]
    if hashes:
        said["sha256"] = hashes[0]
    if not node.there:
        said["description"] = "Named by a source, and not found in what was scanned."
    if node.is_activity:
        said |= _action(node)
    return said | _with_instrument(node, links.of(node))


def _with_instrument(node: Node, held: Json) -> Json:
    if node.is_activity and "instrument" not in held:
        return {**held, "instrument": {"@id": UNRECORDED}}
    return held


def _action(node: Node) -> Json:
    said: Json = {"description": f"{node.type}{f', {node.status}' if node.status else ''}"}
    if node.started is not None:
        said["startTime"] = iri.time(node.started)
    if node.ended is not None:
        said["endTime"] = iri.time(node.ended)
    status = _STATUS.get((node.status or "").partition(",")[0])
    if status is not None:
        said["actionStatus"] = {"@id": status}
    return said


def _type(node: Node) -> str:
    if node.is_activity:
        return "CreateAction"
    if node.artifact is not None:
        return "Dataset" if node.artifact.uri.endswith("/") else "File"
    return _SOFTWARE.get(node.type, "CreativeWork")


def _licence(node: Node) -> object:
    """Identifiers as the URLs that SPDX gives them; other texts as they are."""
    every: list[object] = []
    for one in node.licences:
        known = spdx(one.words)
        value: object = {"@id": f"{_LICENCES}{known}"} if known else one.words
        if value not in every:
            every.append(value)
    return every[0] if len(every) == 1 else every
