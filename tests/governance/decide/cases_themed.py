"""Random worlds in which one thing happens often: what is rare where everything may happen."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from tests.governance.decide.cases_evidence import md5
from tests.governance.decide.oracle import Place, World
from tests.governance.decide.oracle_graph import Row

_DELETE = {"after": "48h", "action": "delete"}


def themed(rng: random.Random, tag: str, place: int, now: datetime) -> World:
    """One series of saves, one policy of one rule, and what is said about just these."""
    saves = [_save(rng, tag, place, row) for row in range(rng.choice([3, 5, 7]))]
    objects = [_object(rng, save, now) for save in saves]
    world = World([Place("aws", saves, objects)], [], [], now)
    _rule, said = rng.choice(_THEMES)
    world.policies.append(
        {
            "version": 1,
            "scope": {"buckets": [f"{tag}*"]},
            "grace": {"min_age": "1h", "in_flight": "30d"},
            "rules": [{"id": "rule-0", **_rule(rng)}],
        }
    )
    said(rng, tag, world)
    return world


def _save(rng: random.Random, tag: str, place: int, row: int) -> Row:
    root = f"runs/a/checkpoint-{tag}{row}/"
    return {
        "artifact": row,
        "id": f"{place:04x}{row:020x}",
        "bucket": f"{tag}one",
        "root": root,
        "slot": "",
        "uri": f"s3://{tag}one/{root}",
        "kind": "checkpoint",
        "layout": "hf-trainer",
        "parts": [],
        "run": "runs/a/",
        "step": 100 * row,
        "complete": rng.random() < 0.8,
        "missing": [],
        "why": None,
        "base_model": None,
        "mixed_weights": None,
        "mixed_optimizer": None,
        "live": True,
    }


def _object(rng: random.Random, save: Row, now: datetime) -> Row:
    return {
        "key": f"{save['root']}model.safetensors",
        "version_id": None,
        "is_latest": True,
        "entry": "version",
        "size": 10,
        "allocated": None,
        "modified": now - timedelta(days=rng.choice([1, 5, 20, 29, 31, 90])),
        "etag": None,
        "storage_class": None,
        "owner": None,
        "artifact": save["artifact"],
        "role": "weights",
    }


# -- themes: a rule, and what is said


def _best(rng: random.Random) -> Row:
    best = {"metric": "loss", "mode": rng.choice(["min", "max"]), "k": rng.choice([1, 2])}
    return {"match": {"kind": "checkpoint"}, "keep": {"best": best}, "else": _DELETE}


def _metrics(rng: random.Random, tag: str, world: World) -> None:
    run, bucket = f"mlflow:lab/run/{tag}0", world.places[0].artifacts[0]["bucket"]
    _claim(world, "made", run, f"s3://{bucket}/runs/a/")
    for save in world.places[0].artifacts:
        number = rng.choice([0.1, 0.1, 0.2, 0.2, 0.3, None, float("nan")])
        _note(world, run, "metric:loss", number=number, step=save["step"])


def _finished(rng: random.Random) -> Row:
    match: Row = {"kind": "checkpoint", "run.status": "finished"}
    if rng.random() < 0.3:
        match = {"kind": "checkpoint", "tags": {"keep": "no"}}
    return {"match": match, "keep": {"last_verified": rng.choice([1, 2])}, "else": _DELETE}


def _runs(rng: random.Random, tag: str, world: World) -> None:
    """Every save is of a run of its own, of which not all is known."""
    for number, save in enumerate(world.places[0].artifacts):
        run = f"mlflow:lab/run/{tag}{number}"
        by = rng.choice(["mlflow/lab"] * 5 + ["store/"])
        if rng.random() < 0.85:
            _claim(world, rng.choice(["made", "made", "names"]), run, save["uri"], by=by)
        for key, texts in (("status", ["finished", "running"]), ("tag:keep", ["no", "yes"])):
            for _ in range(rng.choice([0, 1, 1, 1, 2])):
                by = rng.choice(["mlflow/lab"] * 5 + ["store/"])
                _note(world, run, key, text=rng.choice([texts[0], *texts]), by=by)


def _flight(rng: random.Random) -> Row:
    keep = {"last_verified": rng.choice([1, 2])}
    return {"match": {"kind": "checkpoint"}, "keep": keep, "else": _DELETE}


def _nothing(rng: random.Random, tag: str, world: World) -> None:
    return None


def _all(rng: random.Random) -> Row:
    return {"match": {"prefix": "*"}, "else": _DELETE}


def _copies(rng: random.Random, tag: str, world: World) -> None:
    """One save is needed; some are noted to be the same, and what that is needs another."""
    saves = [save["uri"] for save in world.places[0].artifacts]
    content = f"sha256:{md5(tag) * 2}"
    _claim(world, "names", f"doi:{tag}", rng.choice([*saves, content]), root="doi")
    for uri in rng.sample(saves, rng.choice([1, 2])):
        inside = rng.choice(["", "model.safetensors"])
        by = rng.choice(["dvc/data", "store/"])
        place = uri + inside if rng.random() < 0.8 else uri.rpartition("checkpoint-")[0]
        _note(world, place, "digest", text=content, by=by)
    _claim(world, "needs", content, rng.choice(saves), by="dvc/data")


def _parts(rng: random.Random, tag: str, world: World) -> None:
    """What is needed is a file of several that are one artifact."""
    for number, save in enumerate(world.places[0].artifacts):
        root = f"runs/a/tokens{rng.choice(['', '_x', '.x'])}{tag}{number}"
        save |= {"root": root, "uri": f"s3://{save['bucket']}/{root}", "kind": "dataset"}
        if rng.random() < 0.6:
            part = rng.choice([".bin", "-0", "_0.idx", "=1/x", "x", "/x", ""])
            _claim(world, "needs", f"doi:{tag}{number}", f"{save['uri']}{part}", root="doi")


def _words(rng: random.Random, tag: str, world: World) -> None:
    """What is needed is called by one of the words that programs have for it."""
    for number, save in enumerate(world.places[0].artifacts):
        name = f"{tag}{number}"
        word, node = rng.choice(
            [
                (f"mlflow-run:{name}", f"mlflow:lab/run/{name}"),
                (f"models:/{name}@prod", f"mlflow:lab/alias/{name}@prod"),
                (f"models:/{name}/1", f"mlflow:lab/version/{name}/1"),
                (f"models:/m-{name}", f"mlflow:lab/model/m-{name}"),
                (f"hub:Org/Checkpoint-{name}", None),
                (f"hub:Org/Flat-{name}", "flat"),
                (f"md5:{md5(name)}", None),
            ]
        )
        if word.startswith("md5:"):
            digest, end = md5(name), rng.choice(["", ".dir"])
            root = f"runs/a/{rng.choice(['files/md5/', ''])}{digest[:2]}/{digest[2:]}{end}"
            save |= {"root": root, "uri": f"s3://{save['bucket']}/{root}", "kind": "blob"}
        elif node == "flat":
            root = f"runs/a/{rng.choice(['models', 'datasets'])}--org--flat-{name}/"
            save |= {"root": root, "uri": f"s3://{save['bucket']}/{root}"}
        elif node is not None:
            _claim(world, "names", node, save["uri"])
        if rng.random() < 0.6:
            _claim(world, "needs", f"doi:{name}", word, root="doi")


def _again(rng: random.Random) -> Row:
    last = {"after": "48h", "action": "delete", "if": "recoverable"}
    kinds = rng.choice(["checkpoint", "checkpoint", ["checkpoint", "dataset"]])
    return {"match": {"kind": kinds}, "else": {"after": "1h", "action": "tombstone"}, "then": last}


def _recoverable(rng: random.Random, tag: str, world: World) -> None:
    """All is there that the saves were made from, but for one thing now and then."""
    first, second, *_ = world.places[0].artifacts
    for data in (first, second):
        root = f"data/{tag}{data['artifact']}/"
        uri = f"s3://{data['bucket']}/{root}"
        data |= {"root": root, "run": root, "uri": uri, "kind": "dataset"}
        data |= {"live": rng.random() < 0.9, "complete": rng.choice([True, True, False])}
    run, digest = f"mlflow:lab/run/{tag}0", md5(tag)
    _claim(world, "made", run, f"s3://{first['bucket']}/runs/a/")
    for key, text, by in (
        ("commit", f"{digest}00000000", "code/"),
        ("image", f"sha256:{digest * 2}", "images/"),
    ):
        for extra in ("", "", "x") if rng.random() < 0.2 else ("",):
            _note(
                world, run, key, text=text + extra, by=rng.choice(["mlflow/lab"] * 9 + ["store/"])
            )
        by = rng.choice([by] * 8 + ["store/"])
        _note(world, f"{key}:{text}", "exists", by=by)
    for data in (first, second)[: rng.choice([1, 2])]:
        place = rng.choice([data["uri"], f"{data['uri']}part-0"])
        if rng.random() < 0.5:
            called = f"mlflow:lab/dataset/{tag}{data['artifact']}"
            _claim(world, "needs", run, called)
            _claim(world, "names", called, place, by=rng.choice(["mlflow/lab"] * 5 + ["store/"]))
        else:
            _claim(world, "needs", run, place)


_Rule = Callable[[random.Random], Row]
_Said = Callable[[random.Random, str, World], None]
_THEMES: list[tuple[_Rule, _Said]] = [
    (_best, _metrics),
    (_finished, _runs),
    (_flight, _nothing),
    (_all, _copies),
    (_all, _parts),
    (_all, _words),
    (_again, _recoverable),
    (_again, _recoverable),
    (_again, _recoverable),
]


def _claim(world: World, relation: str, holder: str, target: str, **more: object) -> None:
    world.claims.append(
        {
            "by": "mlflow/lab",
            "relation": relation,
            "holder": holder,
            "target": target,
            "root": None,
            "root_name": None,
            "step": None,
            "since": None,
            "at": None,
            "words": f"{holder} {relation} {target}",
            **more,
        }
    )


def _note(world: World, node: str, key: str, **more: object) -> None:
    said: Row = {"by": "mlflow/lab", "node": node, "key": key}
    world.notes.append({**said, "text": None, "number": None, "step": None, "at": None, **more})
