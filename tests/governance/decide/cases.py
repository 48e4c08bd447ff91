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
from governance.decide.evidence import Doubt, Evidence, Reading
from governance.decide.facts import build
from governance.decide.listings import Listing
from governance.evidence.schema import CLAIM_COLUMNS, NOTE_COLUMNS
from governance.pin.record import Pin
from governance.policy.parse import Source, parse
from governance.snapshot.schema import ARTIFACTS, OBJECTS
from governance.workspace.config import ProjectConfig
from tests.governance.decide import cases_evidence as evidence
from tests.governance.decide.cases_themed import themed
from tests.governance.decide.oracle import Opinion, Place, World
from tests.governance.decide.oracle_graph import ANSWERS, Row

NOW = datetime(2026, 11, 22, 1, 20, tzinfo=UTC)

_RUNS = ["runs/a/", "runs/ab/", "runs/sft-1/", "r_ns/50%/", "", "o'hara/ü\n/"]
_KINDS = ["checkpoint"] * 9 + ["model", "adapter", "dataset", "dataset", "run", "run", "blob"]
_KINDS += ["blob", "debris"]
_ALL = ["checkpoint", "model", "dataset", "adapter", "run", "debris", "blob"]
_FEW = ["checkpoint", "model", "run", "blob"]
_LAYOUTS = ["hf-trainer", "torch-dcp", "peft"]
_MODES = ["min", "max"]
_SPANS = ["1h", "48h", "14d", "30d", "60d", "26w", "1y"]
_BUCKETS = ["swissai-a", "swissai-b", "other"]
_PREFIXES = ["*/sft-*", "runs/a", "runs/", "runs/a/", "r_ns/50%", "*checkpoint-1*", "o'hara/"]
_PREFIXES += ["s3://TAGswissai-a/runs/", "s3://*/runs/a?/", "*"]
_REQUIRED = ["code", "images", "mlflow", "dvc:all-refs", "mlflow:lab", "vast:audit", "store"]


def worlds(rng: random.Random, count: int) -> list[World]:
    """Make worlds that share a clock and sources, and can be decided in one query.

    Each has its own buckets, policies for these only, and claims about these only.
    """
    max_age = rng.choice([None, None, "24h", "48h"])
    shared = evidence.sources(rng, NOW)
    fewest = 0 if count == 1 else 1
    made = [_world(rng, number, fewest, max_age, shared) for number in range(count)]
    everything = [*shared, *(one for world in made for one in world.sources if one["reach"])]
    keys = {source["key"] for source in shared}
    for number, world in enumerate(made):
        own = {source["key"] for source in world.sources if source["reach"]}
        world.claims = [claim for claim in world.claims if claim["by"] in keys | own]
        world.notes = [note for note in world.notes if note["by"] in keys]
        # A doubt about a place is in the source that all of them share.
        made[number] = replace(world, sources=everything)
    return made


def _world(
    rng: random.Random, number: int, fewest: int, max_age: str | None, shared: list[Row]
) -> World:
    """One world: a few series, one or two policies, some pins, edges preferred."""
    tag = f"w{number}-"
    if rng.random() < 0.3:
        made = themed(rng, tag, number * 2, NOW)
        for policy in made.policies:
            policy["evidence"] = {"max_age": max_age or "24h"}
        return made
    places = [_place(rng, tag, number * 2 + place) for place in range(rng.choice([1, 1, 2]))]
    plain = rng.random() < 0.35  # nobody claims anything, and no policy asks for it
    count = max(fewest, rng.choice([0, 1, 1, 1, 1, 2]))
    policies = [_policy(rng, tag, plain=plain) for _ in range(count)]
    for policy in policies:
        if max_age is not None:
            policy.setdefault("evidence", {})["max_age"] = max_age
    made = World(places, policies, pins=[], now=NOW)
    made.pins = [_pin(rng, made, f"{tag}pin-{n}") for n in range(rng.choice([0, 0, 0, 1, 2]))]
    if rng.random() < 0.5:
        made.projects = {
            f"{tag}alpha": [f"s3://{tag}swissai-a/"],
            f"{tag}beta": [f"s3://{tag}swissai-a/runs/a/"],
        }
    teller = evidence.Teller(rng, tag, places, NOW)
    if plain:
        return made
    teller.tell()
    made.claims, made.notes = teller.claims, teller.notes
    if rng.random() < 0.2:
        optional = [one for one in shared if one["kind"] in ("reads", "code", "images")]
        chosen = rng.choice(rng.choice([shared, optional or shared]))
        chosen["doubts"].append(("one pointer", teller.place()))
    if rng.random() < 0.2:
        reach = (f"s3://{rng.choice(places).artifacts[0]['bucket']}/",)
        name = f"{tag}own"
        made.sources = [evidence.source(rng, NOW, "dvc", name, calm=False, reach=reach)]
        for claim in made.claims:
            claim["by"] = rng.choice([claim["by"], claim["by"], f"dvc/{name}"])
    return made


def merged(parts: list[World]) -> World:
    """Put worlds into one."""
    return World(
        places=[place for part in parts for place in part.places],
        policies=[policy for part in parts for policy in part.policies],
        pins=[pin for part in parts for pin in part.pins],
        now=parts[0].now,
        sources=parts[0].sources,
        claims=[claim for part in parts for claim in part.claims],
        notes=[note for part in parts for note in part.notes],
        projects={name: uris for part in parts for name, uris in part.projects.items()},
    )


def _place(rng: random.Random, tag: str, number: int) -> Place:
    artifacts: list[Row] = []
    objects: list[Row] = []
    bucket = tag + rng.choice(_BUCKETS)
    runs = rng.sample(_RUNS, 2)
    for row in range(rng.choice([1, 3, 5, 7, 9])):
        artifacts.append(_artifact(rng, row, bucket, rng.choice(runs), number, tag))
        if row and rng.random() < 0.06 and artifacts[0]["uri"].endswith("/"):
            # An artifact in another.
            inner = f"{artifacts[0]['root']}inner-{row}/"
            artifacts[-1] |= {"root": inner, "uri": f"s3://{bucket}/{inner}"}
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


def _artifact(rng: random.Random, row: int, bucket: str, run: str, place: int, tag: str) -> Row:
    kind = rng.choice(_KINDS) if rng.random() < 0.97 else "unknown"
    step = None if kind == "run" else rng.choice([None, 0, 50, 100, 100, 150, 200, 250, 300])
    root = run if kind == "run" else f"{run}checkpoint-{step}-{tag}{row}/"
    shape = rng.random()
    if kind == "blob":
        digest = evidence.md5(f"{tag}{place}{row}")
        root = f"{run}{rng.choice(['files/md5/', ''])}{digest[:2]}/{digest[2:]}"
        root += rng.choice(["", "", ".dir"])
    elif kind in ("dataset", "model") and shape < 0.3:
        root = f"{run}tokens-{tag}{row}"  # several files, called by what they share
    elif kind in ("dataset", "model") and shape < 0.5:
        root = f"{run}{rng.choice(['', 'models--org--'])}{tag}llama-{row}/"
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
        "complete": rng.choice([True] * 10 + [False] * 3 + [None]),
        "missing": [],
        "why": rng.choice([None, "no index"]),
        "base_model": None,
        "mixed_weights": None,
        "mixed_optimizer": None,
        "live": rng.random() < 0.95,
    }


def _objects(rng: random.Random, artifact: Row) -> list[Row]:
    digest = evidence.md5(artifact["id"])
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
            "etag": rng.choice([None, None, digest, f"{digest}-2"]),
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


def _policy(rng: random.Random, tag: str, *, plain: bool) -> Row:
    policy: Row = {"version": 1}
    scope: Row = {"buckets": [f"{tag}*"]}
    if rng.random() < 0.08:
        some = rng.choice([["swissai-*"], ["swissai-?", "other"], ["swissai-b"]])
        scope["buckets"] = [tag + bucket for bucket in some]
    if rng.random() < 0.05:
        scope["kinds"] = rng.sample(["checkpoint", "run", "dataset", "model", "unknown"], 3)
    if rng.random() < 0.05:
        scope["projects"] = rng.choice([[f"{tag}alpha"], ["*a"], ["unknown"]])
    if rng.random() < 0.05:
        scope["prefixes"] = [_tagged(prefix, tag) for prefix in rng.sample(_PREFIXES, 2)]
    policy["scope"] = scope
    if rng.random() < 0.15 and not plain:
        policy["evidence"] = {"require": rng.sample(_REQUIRED, rng.randint(1, 2))}
    if rng.random() < 0.3 and not plain:
        policy["protect"] = [_protect(rng, tag, number) for number in range(rng.choice([1, 1, 2]))]
    if rng.random() < 0.2:
        policy["grace"] = {"min_age": "1h", "in_flight": "30d"}
    elif rng.random() < 0.7:
        policy["grace"] = {"min_age": rng.choice(_SPANS[:3]), "in_flight": rng.choice(_SPANS[:4])}
    count = rng.choice([1, 1, 1, 2, 3])
    policy["rules"] = [_rule(rng, tag, number, plain=plain) for number in range(count)]
    return policy


def _protect(rng: random.Random, tag: str, number: int) -> Row:
    roots = []
    for kind in rng.sample([*evidence.GLOBS, *ANSWERS], rng.randint(1, 4)):
        roots.append(_tagged(kind + rng.choice(evidence.GLOBS.get(kind, [""])), tag))
    protect: Row = {"id": f"roots-{number}", "roots": roots}
    if rng.random() < 0.8:
        protect["closure"] = rng.choice(["self", "ancestors"])
    return protect


def _tagged(prefix: str, tag: str) -> str:
    return prefix.replace("TAG", tag)


def _rule(rng: random.Random, tag: str, number: int, *, plain: bool) -> Row:
    match: Row = {"kind": rng.choice(["checkpoint", _FEW, _FEW, _ALL, _ALL])}
    if rng.random() < 0.3:
        match = {"prefix": _tagged(rng.choice(_PREFIXES), tag)}
    for key, values, chance in (
        ("layout", ["hf-*", ["peft", "torch-dcp"]], 0.1),
        ("project", [f"{tag}alpha", "unknown"], 0.1),
        ("bucket", [f"{tag}swissai-*"], 0.1),
        ("complete", [True, False], 0.2),
        ("run.status", ["finished", ["finished", "failed"]], 0 if plain else 0.25),
        ("state", ["deleted", "*"], 0 if plain else 0.08),
        ("tags", [{"keep": "no"}, {"keep": "?o", "team": "a"}], 0 if plain else 0.15),
    ):
        if rng.random() < chance:
            match[key] = rng.choice(values)
    keep: Row = {}
    some = 0.03 if plain else 0.3
    for key, choices, chance in (
        ("last_verified", [1, 1, 2, 3], 0.5),
        ("every_steps", [100, 1000], 0.2),
        ("best", [{"metric": "loss", "mode": m, "k": k} for m in _MODES for k in (1, 2)], some),
        ("ids", [["0000" + "0" * 19 + "1"], [f"s3://{tag}swissai-a/runs/a/x"], ["*2"]], 0.1),
        ("all", [True], 0.03),
    ):
        if rng.random() < chance:
            keep[key] = rng.choice(choices)
    rule: Row = {"id": f"rule-{number}", "match": match}
    if keep:
        rule["keep"] = keep
    if not keep or rng.random() < 0.9:
        first = rng.choice(range(len(_SPANS) - 1))
        action = rng.choice(["delete"] * 5 + ["strip_optimizer", "tombstone"] * 2)
        rule["else"] = {"after": _SPANS[first], "action": action}
        if action != "delete" and rng.random() < 0.6:
            later = _SPANS[rng.randint(first + 1, len(_SPANS) - 1)]
            rule["then"] = {"after": later, "action": rng.choice(["delete"] * 4 + ["tombstone"])}
            if rng.random() < 0.6:
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
    decide(connection, sources(made), now=made.now, evidence=known(made))
    rows = connection.sql("SELECT * FROM decisions").to_arrow_table().to_pylist()
    by_id = {row["id"]: row for row in rows}
    assert len(by_id) == len(rows), "an artifact was decided twice"
    return [by_id.pop(artifact["id"]) for place in made.places for artifact in place.artifacts]


def known(made: World) -> Evidence:
    """Return the sources of a world as the query wants them."""
    return Evidence(tuple(_reading(source, made) for source in made.sources))


def _reading(source: Row, made: World) -> Reading:
    claims, notes = (
        [{name: value for name, value in row.items() if name != "by"} for row in rows]
        for rows in (
            [claim for claim in made.claims if claim["by"] == source["key"]],
            [note for note in made.notes if note["by"] == source["key"]],
        )
    )
    return Reading(
        source["kind"],
        source["as_of"],
        source["name"],
        tuple(Doubt(words, place) for words, place in source["doubts"]),
        source["trusted"],
        pa.Table.from_pylist(claims, schema=CLAIM_COLUMNS),
        pa.Table.from_pylist(notes, schema=NOTE_COLUMNS),
        source["reach"],
    )


def opinions(rows: list[Row]) -> list[Opinion]:
    """What the query said, to compare with the oracle."""
    return [Opinion(row["verdict"], row["rule"], row["until"]) for row in rows]
