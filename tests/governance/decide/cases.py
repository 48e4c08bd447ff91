"""Random worlds to decide, and the real query run on them."""

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from governance.artifact import ArtifactId
from governance.decide.decide import decide
from governance.decide.evidence import Evidence
from governance.decide.facts import build
from governance.decide.listings import Listing
from governance.pin.record import Pin
from governance.policy.parse import Source, parse
from governance.snapshot.schema import ARTIFACTS, OBJECTS
from governance.workspace.config import ProjectConfig
from tests.governance.decide.oracle import Opinion, Place, Row, World
from tests.governance.decide.things import reading

NOW = datetime(2026, 11, 22, 1, 20, tzinfo=UTC)

_RUNS = ["runs/a/", "runs/ab/", "runs/sft-1/", "r_ns/50%/", "", "o'hara/ü\n/"]
_KINDS = ["checkpoint"] * 8 + ["model", "adapter", "dataset", "run", "run", "blob", "debris"]
_ALL = ["checkpoint", "model", "dataset", "adapter", "run", "debris", "blob"]
_LAYOUTS = ["hf-trainer", "torch-dcp", "peft"]
_SPANS = ["1h", "48h", "14d", "30d", "60d", "26w", "1y"]
_BUCKETS = ["swissai-a", "swissai-b", "other"]
_PREFIXES = ["*/sft-*", "runs/a", "runs/", "runs/a/", "r_ns/50%", "*checkpoint-1*", "o'hara/"]
_PREFIXES += ["s3://TAGswissai-a/runs/", "s3://*/runs/a?/", "*"]
_SOURCES = ["mlflow", "dvc:all-refs"]


def worlds(rng: random.Random, count: int) -> list[World]:
    """Make worlds that share a clock and evidence, and can be decided in one query.

    Each has its own buckets, and policies for these only.
    """
    read: dict[str, tuple[datetime, bool]] = {}
    for name in _SOURCES:
        if rng.random() < 0.9:
            age = rng.choice([timedelta(0), timedelta(0), timedelta(hours=24), timedelta(hours=25)])
            read[name] = (NOW - age * rng.choice([1, 1, 1, -1]), rng.random() < 0.9)
    made = []
    for number in range(count):
        fewest = 0 if count == 1 else 1
        made.append(replace(_world(rng, number, fewest), sources=read))
    return made


def _world(rng: random.Random, number: int, fewest: int) -> World:
    """One world: a few series, one or two policies, some pins, edges preferred."""
    tag = f"w{number}-"
    places = [_place(rng, tag, number * 2 + place) for place in range(rng.choice([1, 1, 2]))]
    policies = [_policy(rng, tag) for _ in range(max(fewest, rng.choice([0, 1, 1, 1, 1, 2])))]
    made = World(places, policies, pins=[], now=NOW)
    made.pins = [_pin(rng, made, f"{tag}pin-{n}") for n in range(rng.choice([0, 0, 1, 2]))]
    if rng.random() < 0.5:
        made.projects = {
            f"{tag}alpha": [f"s3://{tag}swissai-a/"],
            f"{tag}beta": [f"s3://{tag}swissai-a/runs/a/"],
        }
    return made


def merged(parts: list[World]) -> World:
    """Put worlds into one."""
    return World(
        places=[place for part in parts for place in part.places],
        policies=[policy for part in parts for policy in part.policies],
        pins=[pin for part in parts for pin in part.pins],
        now=parts[0].now,
        sources=parts[0].sources,
        projects={name: uris for part in parts for name, uris in part.projects.items()},
    )


def _place(rng: random.Random, tag: str, number: int) -> Place:
    artifacts: list[Row] = []
    objects: list[Row] = []
    bucket = tag + rng.choice(_BUCKETS)
    runs = rng.sample(_RUNS, 2)
    for row in range(rng.randint(1, 9)):
        artifacts.append(_artifact(rng, row, bucket, rng.choice(runs), number))
        objects += _objects(rng, artifacts[-1])
    rare = rng.random
    return Place(
        store=rng.choice(["aws", "vast:443"]),
        artifacts=artifacts,
        objects=objects,
        incomplete="runs/x: denied" if rare() < 0.03 else None,
        versions_unknown="denied" if rare() < 0.03 else None,
        pins_unknown="denied" if rare() < 0.03 else None,
    )


def _artifact(rng: random.Random, row: int, bucket: str, run: str, place: int) -> Row:
    kind = rng.choice(_KINDS) if rng.random() < 0.97 else "unknown"
    step = None if kind == "run" else rng.choice([None, 0, 50, 100, 100, 150, 200, 250, 300])
    root = run if kind == "run" else f"{run}checkpoint-{step}-{row}/"
    return {
        "artifact": row,
        "id": f"{place:04x}{row:020x}",
        "bucket": bucket,
        "root": root,
        "slot": "run" if kind == "run" else "",
        "uri": f"s3://{bucket}/{root}",
        "kind": kind,
        "layout": rng.choice(_LAYOUTS),
        "parts": [],
        "run": run,
        "step": step,
        "complete": rng.choice([True] * 8 + [False] * 3 + [None]),
        "missing": [],
        "why": rng.choice([None, "no index"]),
        "base_model": None,
        "mixed_weights": None,
        "mixed_optimizer": None,
        "live": rng.random() < 0.95,
    }


def _objects(rng: random.Random, artifact: Row) -> list[Row]:
    entry = "version" if artifact["live"] else rng.choice(["version", "delete_marker"])
    newest = _date(rng)
    dates = [newest]
    if rng.random() < 0.3:
        dates.append(newest - timedelta(days=3) if newest and rng.random() < 0.9 else None)
    return [
        {
            "key": f"{artifact['root']}file-{number}",
            "version_id": None,
            "is_latest": bool(artifact["live"]),
            "entry": entry,
            "size": 10,
            "allocated": None,
            "modified": date,
            "etag": None,
            "storage_class": None,
            "owner": None,
            "artifact": artifact["artifact"],
            "role": "weights",
        }
        for number, date in enumerate(dates)
    ]


def _date(rng: random.Random) -> datetime | None:
    kind = rng.random()
    if kind < 0.02:
        return None
    if kind < 0.04:
        return datetime(1970, 1, 1, tzinfo=UTC)
    if kind < 0.06:
        return NOW + timedelta(days=rng.randint(1, 400))
    if kind < 0.4:  # at the very end of something, or a microsecond beside it
        exact = rng.choice([1 / 24, 2, 14, 30, 60, 182, 366])
        return NOW - timedelta(days=exact, microseconds=rng.choice([-1, 0, 1]))
    return NOW - timedelta(hours=rng.randint(0, 24 * 500))


def _pin(rng: random.Random, made: World, name: str) -> Row:
    place = rng.choice(made.places)
    artifact = rng.choice(place.artifacts)
    uri = artifact["uri"]
    parent = uri.rstrip("/").rpartition("/")[0] if artifact["root"] else uri
    ends = [None, NOW - timedelta(days=1), NOW, NOW + timedelta(days=40), NOW + timedelta(days=900)]
    return {
        "id": name,
        "store": rng.choice([place.store, place.store, "elsewhere"]),
        "artifact": rng.choice([artifact["id"], "f" * 24, None]),
        "also": rng.choice([None, None, artifact["id"]]),
        "uri": rng.choice([uri, uri.rstrip("/"), uri + "file-0", parent, None]),
        "until": rng.choice(ends),
    }


def _policy(rng: random.Random, tag: str) -> Row:
    policy: Row = {"version": 1}
    scope: Row = {"buckets": [f"{tag}*"]}
    if rng.random() < 0.15:
        some = rng.choice([["swissai-*"], ["swissai-?", "other"], ["swissai-b"]])
        scope["buckets"] = [tag + bucket for bucket in some]
    if rng.random() < 0.1:
        scope["kinds"] = rng.sample(["checkpoint", "run", "dataset", "model", "unknown"], 3)
    if rng.random() < 0.1:
        scope["projects"] = rng.choice([[f"{tag}alpha"], ["*a"], ["unknown"]])
    if rng.random() < 0.1:
        scope["prefixes"] = [_tagged(prefix, tag) for prefix in rng.sample(_PREFIXES, 2)]
    policy["scope"] = scope
    if rng.random() < 0.1:
        policy["evidence"] = {"require": rng.sample(_SOURCES, rng.randint(1, 2))}
    if rng.random() < 0.03:
        policy["protect"] = [{"id": "released", "roots": ["mlflow.alias(*)"]}]
    if rng.random() < 0.7:
        policy["grace"] = {"min_age": rng.choice(_SPANS[:3]), "in_flight": rng.choice(_SPANS[:4])}
    policy["rules"] = [_rule(rng, tag, number) for number in range(rng.choice([1, 1, 1, 2, 3]))]
    return policy


def _tagged(prefix: str, tag: str) -> str:
    return prefix.replace("TAG", tag)


def _rule(rng: random.Random, tag: str, number: int) -> Row:
    match: Row = {"kind": rng.choice(["checkpoint", ["checkpoint", "run"], _ALL, _ALL])}
    if rng.random() < 0.3:
        match = {"prefix": _tagged(rng.choice(_PREFIXES), tag)}
    for key, values, chance in (
        ("layout", ["hf-*", ["peft", "torch-dcp"]], 0.1),
        ("project", [f"{tag}alpha", "unknown"], 0.1),
        ("bucket", [f"{tag}swissai-*"], 0.1),
        ("complete", [True, False], 0.2),
        ("run.status", ["finished"], 0.05),
        ("tags", [{"keep": "no"}], 0.03),
    ):
        if rng.random() < chance:
            match[key] = rng.choice(values)
    keep: Row = {}
    for key, choices, chance in (
        ("last_verified", [1, 2, 3], 0.6),
        ("every_steps", [100, 1000], 0.3),
        ("best", [{"metric": "loss", "mode": "min", "k": 2}], 0.05),
        ("ids", [["0000" + "0" * 19 + "1"], [f"s3://{tag}swissai-a/runs/a/x"], ["*2"]], 0.1),
        ("all", [True], 0.05),
    ):
        if rng.random() < chance:
            keep[key] = rng.choice(choices)
    rule: Row = {"id": f"rule-{number}", "match": match}
    if keep:
        rule["keep"] = keep
    if not keep or rng.random() < 0.9:
        first = rng.choice(range(len(_SPANS) - 1))
        action = rng.choice(["delete"] * 5 + ["strip_optimizer", "tombstone"])
        rule["else"] = {"after": _SPANS[first], "action": action}
        if action != "delete" and rng.random() < 0.6:
            later = _SPANS[rng.randint(first + 1, len(_SPANS) - 1)]
            rule["then"] = {"after": later, "action": rng.choice(["delete", "tombstone"])}
            if rng.random() < 0.3:
                rule["then"]["if"] = "recoverable"
    return rule


def sources(made: World) -> list[Source]:
    """Parse the policies of a world; JSON is YAML."""
    return [parse(json.dumps(policy), f"p{n}.yaml") for n, policy in enumerate(made.policies)]


def pins(made: World) -> list[Pin]:
    """Return the pins of a world as the query wants them."""
    return [
        Pin(
            id=pin["id"],
            store=pin["store"],
            location=None,
            artifact=_id(pin["artifact"]),
            also=_id(pin["also"]),
            uri=pin["uri"],
            by="ada",
            reason="paper",
            at=NOW,
            until=pin["until"],
        )
        for pin in made.pins
    ]


def _id(text: str | None) -> ArtifactId | None:
    return None if text is None else ArtifactId(text)


def listings(made: World, folder: Path) -> list[Listing]:
    """Write the places of a world as snapshots are; places alike in all else share one."""
    alike: dict[tuple[str | None, ...], list[Place]] = {}
    for place in made.places:
        key = (place.store, place.incomplete, place.versions_unknown, place.pins_unknown)
        alike.setdefault(key, []).append(place)
    return [_listing(places, folder, number) for number, places in enumerate(alike.values())]


def _listing(places: list[Place], folder: Path, number: int) -> Listing:
    artifacts: list[Row] = []
    objects: list[Row] = []
    for place in places:
        first = len(artifacts)
        artifacts += [{**row, "artifact": first + row["artifact"]} for row in place.artifacts]
        objects += [{**row, "artifact": first + row["artifact"]} for row in place.objects]
    files = [folder / f"{part}-{number}.parquet" for part in ("objects", "artifacts")]
    pq.write_table(pa.Table.from_pylist(objects, schema=OBJECTS), files[0])
    pq.write_table(pa.Table.from_pylist(artifacts, schema=ARTIFACTS), files[1])
    return Listing(
        snapshot=f"s{number}",
        store=places[0].store,
        source="s3://x/",
        objects=files[0],
        artifacts=files[1],
        incomplete=places[0].incomplete,
        versions_unknown=places[0].versions_unknown,
        pins_unknown=places[0].pins_unknown,
    )


def run(connection: duckdb.DuckDBPyConnection, made: World, folder: Path) -> list[Row]:
    """Decide a world with the real query; rows in the order of its places and artifacts."""
    projects = {name: ProjectConfig(prefixes=uris) for name, uris in made.projects.items()}
    build(connection, listings(made, folder), projects=projects, pins=pins(made))
    readings = [
        reading(name, as_of, None if whole else "half a page")
        for name, (as_of, whole) in made.sources.items()
    ]
    evidence = Evidence((*readings, reading("links"), reading("store")))
    decide(connection, sources(made), now=made.now, evidence=evidence)
    rows = connection.sql("SELECT * FROM decisions").to_arrow_table().to_pylist()
    by_id = {row["id"]: row for row in rows}
    assert len(by_id) == len(rows), "an artifact was decided twice"
    return [by_id.pop(artifact["id"]) for place in made.places for artifact in place.artifacts]


def opinions(rows: list[Row]) -> list[Opinion]:
    """What the query said, to compare with the oracle."""
    return [Opinion(row["verdict"], row["rule"], row["until"]) for row in rows]
