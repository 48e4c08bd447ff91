"""Small worlds to walk in: artifacts on disk as scans leave them, and what sources claim."""

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from governance.decide.claims import load
from governance.decide.engine import connect
from governance.decide.evidence import Evidence, Reading
from governance.decide.facts import build
from governance.decide.listings import Listing
from governance.evidence import schema
from governance.evidence.folders import next_attempt, source_folder
from governance.evidence.reading import write_reading
from governance.evidence.schema import CLAIM_COLUMNS, CLAIMS, NOTE_COLUMNS, NOTES, Problem
from governance.lineage.identity import mark
from governance.lineage.index import prepare
from governance.retention.contents import read_contents
from governance.workspace.workspace import Workspace
from tests.governance.retention.places import NOW as NOW
from tests.governance.retention.places import File as File
from tests.governance.retention.places import Thing as Thing
from tests.governance.retention.places import add_snapshot, days, workspace
from tests.governance.retention.places import save as save

Row = dict[str, object]
GB = 10**9
HOSTILE = (
    "<script>alert(1)</script>",
    '"]; click A "javascript:alert(1)"',
    "a --> b; end\nsubgraph x",
    "%% comment #quot; &amp; `code`",
    "\u202egpj.exe",
    "line\nfeed\ttab\x1b[31mred\x7f",
    "]]><x/>",
    "\U0001f4a9 emoji " + "\u0301" * 9,
    "x" * 900,
    "prov:entity _:b0 (a='b';c)",
    "../../etc/passwd%2e%2E%00",
)


def claim(relation: str, holder: str, target: str, words: str = "", **more: object) -> Row:
    """One row of claims."""
    return {
        "relation": relation,
        "holder": holder,
        "target": target,
        "words": words or f"{holder} {relation} {target}"[:60],
        **more,
    }


def note(node: str, key: str, text: str | None = None, number: float | None = None) -> Row:
    """One row of notes."""
    return {"node": node, "key": key, "text": text, "number": number}


def reading(
    kind: str,
    claims: Sequence[Row] = (),
    notes: Sequence[Row] = (),
    *,
    name: str = "one",
    trusted: bool = True,
) -> Reading:
    """One source that has answered completely."""
    return Reading(
        kind=kind,
        as_of=NOW,
        name=name,
        trusted=trusted,
        claims=pa.Table.from_pylist(list(claims), schema=CLAIM_COLUMNS),
        notes=pa.Table.from_pylist(list(notes), schema=NOTE_COLUMNS),
    )


def world(
    folder: Path, things: Sequence[Thing], readings: Sequence[Reading], *, buckets: int = 1
) -> duckdb.DuckDBPyConnection:
    """A database of one bucket `lab` and these sources, ready to be walked."""
    place = workspace(folder)
    snapshots = [add_snapshot(place, things)]
    connection = connect()
    build(connection, [Listing.of(snapshot) for snapshot in snapshots])
    read_contents(connection, snapshots)
    load(connection, Evidence(tuple(readings)))
    prepare(connection)
    mark(connection)
    return connection


def uri(root: str) -> str:
    """Where a root of the lab lies."""
    return f"s3://lab/{root}"


def thing(root: str, kind: str, *, content: str = "", size: int = 1000, **more: object) -> Thing:
    """An artifact of one file, or of two where its root is a folder; `content` makes ETags."""
    tag = hashlib.md5(content.encode()).hexdigest() if content else None
    names = ("config.json", "model.safetensors") if root.endswith("/") else ("",)
    files = [
        File(f"{root}{name}", size + n, "weights", days(100), tag and f"{n}{tag[1:]}")
        for n, name in enumerate(names)
    ]
    fields: dict[str, object] = {"layout": "x", **more}
    return Thing(root, files, kind=kind, **fields)  # type: ignore[arg-type]


def project(folder: Path) -> duckdb.DuckDBPyConnection:
    """A dataset, a run with eight saves, a model released from one, an alias and a deployment."""
    return world(folder, THINGS, READINGS)


def site(folder: Path, *, problems: Sequence[Problem] = ()) -> Workspace:
    """The project as a workspace on disk; `problems` are those of its MLflow server."""
    place = workspace(folder)
    add_snapshot(place, THINGS)
    for said in READINGS:
        if said.kind != "store":
            home = source_folder(place, said.kind, said.name).path
            write_source(home / next_attempt(home, NOW), said, problems)
    (stored,) = place.snapshots_dir.glob("*/evidence")
    shutil.rmtree(stored)
    write_source(stored, READINGS[-1])
    return place


def write_source(folder: Path, said: Reading, problems: Sequence[Problem] = ()) -> None:
    """One reading as its source would write it."""
    claims, notes = said.claims, said.notes
    assert isinstance(claims, pa.Table)
    assert isinstance(notes, pa.Table)
    folder.mkdir(parents=True)
    pq.write_table(claims, folder / CLAIMS)
    pq.write_table(notes, folder / NOTES)
    wrong = tuple(problems) if said.kind == "mlflow" else ()
    reading = schema.Reading(
        kind=said.kind,
        name=said.name,
        place=f"{said.kind} of the lab",
        writers="nobody else",
        trusted=said.trusted,
        asked=NOW,
        as_of=NOW,
        complete=not wrong,
        problems=wrong,
        problem_count=len(wrong),
        claims=claims.num_rows,
        notes=notes.num_rows,
    )
    write_reading(folder, reading)


SERVER = "mlflow:lab"
RUN = f"{SERVER}/run/0123"
ALIAS = f"{SERVER}/alias/llama@production"
VERSION = f"{SERVER}/version/llama/3"
DEPLOYMENT = "git:gitops@refs/heads/main:apps/llama.yaml"
THINGS = (
    thing("data/corpus/", "dataset", content="corpus", size=5 * GB),
    thing("tmp/corpus-copy/", "dataset", content="corpus", size=5 * GB),
    thing("base/Llama-3.1-8B/", "model", size=16 * GB),
    Thing(
        "runs/sft/",
        [File("runs/sft/log.txt", 10, "other")],
        kind="run",
        slot="run",
        run="runs/sft/",
    ),
    *(save("runs/sft/", 1000 * step, GB) for step in range(1, 9)),
    thing("released/llama/", "model", size=3 * GB),
    thing("adapters/chat/", "adapter", size=GB // 10),
)
READINGS = (
    reading(
        "mlflow",
        [
            claim("needs", RUN, uri("tmp/corpus-copy/"), "run sft, input corpus"),
            claim("made", RUN, uri("runs/sft/"), "run sft"),
            claim("needs", uri("released/llama/"), uri("runs/sft/checkpoint-8000"), "parent"),
            claim("names", VERSION, uri("released/llama"), "version 3 of llama", since=NOW),
            claim(
                "names",
                ALIAS,
                VERSION,
                "alias production of model llama (mlflow)",
                root="mlflow.alias",
                root_name="llama@production",
            ),
            claim("needs", RUN, "commit:" + "ab" * 20, "run sft, code"),
        ],
        [
            note(RUN, "type", "run"),
            note(RUN, "label", "sft"),
            note(RUN, "status", "finished"),
            note(RUN, "started", None, 1_790_000_000.0),
            note(RUN, "ended", None, 1_790_009_000.0),
        ],
        name="lab",
    ),
    reading(
        "serving",
        [
            claim("needs", DEPLOYMENT, "models:/llama@production", "deployed by apps/llama.yaml"),
            claim("needs", DEPLOYMENT, uri("adapters/chat/model.safetensors"), "adapter"),
        ],
        [note(DEPLOYMENT, "type", "deployment")],
    ),
    reading(
        "store",
        [
            claim("needs", uri("adapters/chat/"), "hub:meta-llama/Llama-3.1-8B", "base model"),
            claim("needs", uri("adapters/chat/"), uri("runs/gone/checkpoint-1/"), "parent"),
            claim("names", uri("runs/sft/latest"), uri("runs/sft/checkpoint-8000/"), "latest"),
        ],
        [
            note(uri("data/corpus/"), "licence", "CC-BY-4.0"),
            note("hub:meta-llama/Llama-3.1-8B", "licence", "llama3.1"),
            note(uri("adapters/chat/"), "licence", "mit"),
        ],
        trusted=False,
    ),
)
