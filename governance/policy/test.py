"""`tutela policy test`: a policy's own examples, decided by the query that decides everything."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq

from blueprints.display import visible
from governance.artifact import Kind, Verdict
from governance.decide.decide import decide
from governance.decide.engine import connect
from governance.decide.facts import build
from governance.decide.listings import Listing
from governance.pin.record import Pin
from governance.policy.model import Example, ExampleArtifact, Policy
from governance.policy.parse import Source
from governance.policy.told import DATA, told
from governance.policy.words import many, wrapped
from governance.retention.rows import Row, records
from governance.snapshot.schema import ARTIFACTS, OBJECTS

FOUND_PROBLEMS = 3
_STORE = "example"
_INDENT = " " * 11


@dataclass(frozen=True)
class Mismatch:
    """One artifact of an example that was not decided as it says."""

    at: str
    """file:line of the artifact."""
    example: str
    root: str
    expected: str
    got: str
    reason: str
    """Why it was decided so."""

    def __str__(self) -> str:
        parts = [
            wrapped(f"{self.at}: {self.example}: {self.root}"),
            wrapped(f"  expected {self.expected}", _INDENT),
            wrapped(f"  got      {self.got}", _INDENT),
            wrapped(f"  because  {self.reason}", _INDENT),
        ]
        return "\n".join(parts)

    def as_json(self) -> dict[str, str]:
        """Every field by name."""
        return dict(vars(self))


@dataclass(frozen=True)
class Tested:
    """What came of a policy's examples."""

    name: str
    examples: int
    artifacts: int
    mismatches: tuple[Mismatch, ...]

    @property
    def exit_code(self) -> int:
        """3 where something differs, or where there is nothing that could."""
        return FOUND_PROBLEMS if self.mismatches or not self.examples else 0

    def __str__(self) -> str:
        name = visible(self.name)
        if not self.examples:
            return f"{name} has no examples, so nothing was tested"
        said = f"{name}: {many(self.examples, 'example')}, {many(self.artifacts, 'artifact')}"
        if not self.mismatches:
            return f"{said}: all as expected"
        lines = [str(mismatch) for mismatch in self.mismatches]
        return "\n".join([*lines, f"{said}: {len(self.mismatches)} not as expected"])

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/policy-test/v1``."""
        return {
            "schema": "tutela/policy-test/v1",
            "policy": self.name,
            "examples": self.examples,
            "artifacts": self.artifacts,
            "mismatches": [mismatch.as_json() for mismatch in self.mismatches],
        }


def test(source: Source) -> Tested:
    """Decide every example of a policy and compare."""
    examples = source.policy.examples
    mismatches = [
        mismatch
        for index, example in enumerate(examples)
        for mismatch in _differences(source, index, example)
    ]
    count = sum(len(example.artifacts) for example in examples)
    return Tested(source.name, len(examples), count, tuple(mismatches))


def _differences(source: Source, index: int, example: Example) -> Iterator[Mismatch]:
    for number, (wanted, got) in enumerate(
        zip(example.artifacts, decide_example(source, example), strict=True)
    ):
        agrees = (
            wanted.verdict == got["verdict"]
            and wanted.rule in (None, got["rule"])
            and (wanted.because or "") in str(got["reason"])
        )
        if not agrees:
            because = f", because: {wanted.because}" if wanted.because else ""
            rule = f" by {wanted.rule}" if wanted.rule else ""
            yield Mismatch(
                at=source.lines.at("examples", index, "artifacts", number),
                example=example.name,
                root=wanted.root,
                expected=f"{wanted.verdict}{rule}{because}",
                got=f"{got['verdict']} by {got['rule']}",
                reason=str(got["reason"]),
            )


def decide_example(source: Source, example: Example) -> list[Row]:
    """Return the rows of `decisions` for the artifacts of an example, in their order."""
    policy = source.policy
    uris = [f"s3://{_bucket(policy, one)}/{one.root}" for one in example.artifacts]
    data = _data(policy, example)
    evidence = told(example, uris, f"s3://{_bucket(policy, data)}/{data.root.rstrip('/')}")
    # What is recoverable was made from data that stays; it is decided like any other artifact.
    whole = example.model_copy(update={"artifacts": (*example.artifacts, data)})
    with TemporaryDirectory() as folder:
        connection = connect()
        try:
            listings = _write(Path(folder), policy, whole)
            build(connection, listings, pins=_pins(policy, whole))
            # The project of an example is said, not looked up.
            for number, artifact in enumerate(example.artifacts):
                connection.execute(
                    "UPDATE facts SET project = $1 WHERE (fact & 4294967295) = $2",
                    [_project(policy, artifact), number],
                )
            decide(connection, [source], now=example.now, evidence=evidence)
            found = records(connection, "SELECT * FROM decisions ORDER BY fact & 4294967295")
            return found[: len(example.artifacts)]
        finally:
            connection.close()


def _data(policy: Policy, example: Example) -> ExampleArtifact:
    return ExampleArtifact(
        root=f"{DATA}/",
        run=f"{DATA}/",
        kind=Kind.DATASET,
        verdict=Verdict.KEEP,
        bucket=_bucket(policy, example.artifacts[0]),
        pinned=True,
    )


def _write(folder: Path, policy: Policy, example: Example) -> list[Listing]:
    """Write a snapshot of whole listings and one of those cut short."""
    listings = []
    for complete in (True, False):
        chosen = [
            (number, artifact)
            for number, artifact in enumerate(example.artifacts)
            if artifact.listing_complete is complete
        ]
        files = [folder / f"{part}-{complete}.parquet" for part in ("objects", "artifacts")]
        objects = [_object(number, artifact, example) for number, artifact in chosen]
        artifacts = [_artifact(number, artifact, policy) for number, artifact in chosen]
        pq.write_table(pa.Table.from_pylist(objects, schema=OBJECTS), files[0])
        pq.write_table(pa.Table.from_pylist(artifacts, schema=ARTIFACTS), files[1])
        listings.append(
            Listing(
                snapshot="example",
                store=_STORE,
                source="example",
                objects=files[0],
                artifacts=files[1],
                incomplete=None if complete else "the example says so",
            )
        )
    return listings


def _object(number: int, artifact: ExampleArtifact, example: Example) -> dict[str, object]:
    modified = artifact.modified
    if modified is None and artifact.age is not None:
        modified = example.now - artifact.age.delta
    return {
        "key": artifact.root,
        "is_latest": artifact.live,
        "entry": "version",
        "size": artifact.bytes,
        "modified": modified,
        "artifact": number,
        "role": "weights",
    }


def _artifact(number: int, artifact: ExampleArtifact, policy: Policy) -> dict[str, object]:
    bucket = _bucket(policy, artifact)
    return {
        "artifact": number,
        "id": artifact.id or _id(number),
        "bucket": bucket,
        "root": artifact.root,
        "slot": "run" if artifact.kind is Kind.RUN else "",
        "uri": f"s3://{bucket}/{artifact.root}",
        "kind": artifact.kind,
        "layout": artifact.layout,
        "parts": [artifact.layout],
        "run": _run(artifact),
        "step": artifact.step,
        "complete": artifact.complete,
        "missing": [],
        "live": artifact.live,
    }


def _id(number: int) -> str:
    return f"{number:024x}"


def _run(artifact: ExampleArtifact) -> str:
    if artifact.run is not None:
        return artifact.run
    if artifact.kind is Kind.RUN:
        return artifact.root
    folder = artifact.root.rstrip("/").rpartition("/")[0]
    return f"{folder}/" if folder else ""


def _bucket(policy: Policy, artifact: ExampleArtifact) -> str:
    return artifact.bucket or _instance(policy.scope.buckets[0], "bucket")


def _project(policy: Policy, artifact: ExampleArtifact) -> str:
    return artifact.project or _instance(policy.scope.projects[0], "example")


def _instance(glob: str, default: str) -> str:
    """Return a text that a glob matches, so that an example lies in scope unless it says other."""
    return default if glob == "*" else glob.replace("*", "example").replace("?", "x")


def _pins(policy: Policy, example: Example) -> list[Pin]:
    return [
        Pin(
            id=f"example-{number}",
            store=None,
            location=None,
            artifact=None,
            uri=f"s3://{_bucket(policy, artifact)}/{artifact.root}",
            by="example",
            reason="the example says so",
            at=example.now,
        )
        for number, artifact in enumerate(example.artifacts)
        if artifact.pinned
    ]
