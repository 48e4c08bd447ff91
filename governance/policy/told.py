"""What the artifacts of an example say of runs and roots, as evidence."""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from governance.decide.evidence import Evidence, Reading
from governance.decide.protection import parse_root
from governance.evidence.claim import Key, Relation
from governance.evidence.roots import SOURCE_WORDS
from governance.evidence.schema import CLAIM_COLUMNS, NOTE_COLUMNS
from governance.policy.model import Example, ExampleArtifact
from governance.retention.rows import Row

DATA = "example-data"
"""Name of the data set that what is recoverable was made from."""
_COMMIT = "0" * 40
_IMAGE = f"sha256:{'0' * 64}"


def told(example: Example, uris: Sequence[str], data: str) -> Evidence:
    """Return the evidence of an example; `uris` are of its artifacts, `data` of a data set."""
    claims: list[Row] = []
    notes: list[Row] = []
    for number, (artifact, uri) in enumerate(zip(example.artifacts, uris, strict=True)):
        claims += _claims(number, artifact, uri.rstrip("/"), data)
        notes += _notes(number, artifact)
    readings = [
        Reading(
            SOURCE_WORDS.get(name, name).partition(":")[0],
            example.now,
            SOURCE_WORDS.get(name, name).partition(":")[2],
        )
        for name in example.evidence
    ]
    said = Reading(
        "links",
        example.now,
        "example",
        claims=pa.Table.from_pylist(claims, schema=CLAIM_COLUMNS),
        notes=pa.Table.from_pylist(notes, schema=NOTE_COLUMNS),
    )
    return Evidence((*readings, said, Reading("store", example.now, trusted=False)))


def _claims(number: int, artifact: ExampleArtifact, place: str, data: str) -> Iterator[Row]:
    run = f"example:run/{number}"
    if _has_run(artifact):
        yield _claim(Relation.MADE, run, place)
    if artifact.recoverable:
        yield _claim(Relation.NEEDS, run, data)
    for root in artifact.needed_by:
        parsed = parse_root(root)
        yield {
            **_claim(Relation.NAMES, f"example:{root}", place),
            "root": parsed.kind,
            "root_name": parsed.glob or None,
            "words": root,
        }


def _claim(relation: Relation, holder: str, target: str) -> Row:
    return {"relation": str(relation), "holder": holder, "target": target, "words": "the example"}


def _has_run(artifact: ExampleArtifact) -> bool:
    return bool(
        artifact.run_status
        or artifact.state
        or artifact.tags
        or artifact.metrics
        or artifact.recoverable
    )


def _notes(number: int, artifact: ExampleArtifact) -> Iterator[Row]:
    run = f"example:run/{number}"
    texts: dict[str, str | None] = {Key.STATUS: artifact.run_status, Key.STATE: artifact.state}
    texts |= {f"{Key.TAG}:{name}": value for name, value in artifact.tags.items()}
    if artifact.recoverable:
        texts |= {Key.COMMIT: _COMMIT, Key.IMAGE: _IMAGE}
        yield {"node": f"commit:{_COMMIT}", "key": Key.EXISTS, "text": "example"}
        yield {"node": f"image:{_IMAGE}", "key": Key.EXISTS, "text": "example"}
    for key, text in texts.items():
        if text is not None:
            yield {"node": run, "key": str(key), "text": text}
    for name, value in artifact.metrics.items():
        yield {
            "node": run,
            "key": f"{Key.METRIC}:{name}",
            "number": value,
            "step": artifact.step,
        }
