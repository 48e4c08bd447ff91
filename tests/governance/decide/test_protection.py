from datetime import timedelta
from pathlib import Path

import pytest

from governance.decide.engine import connect
from governance.decide.evidence import Evidence
from governance.decide.protection import Root, parse_root, protect, shields_of
from governance.evidence.roots import ALWAYS
from governance.policy.parse import parse
from tests.governance.decide.oracle import Row
from tests.governance.decide.things import (
    NOW,
    artifact,
    claim,
    days,
    decisions,
    entry,
    learned,
    reading,
    rows,
    said_by,
    told,
)

ONE, TWO = "runs/a/checkpoint-1/", "runs/a/checkpoint-2/"
SAVES = [artifact(1, ONE), artifact(2, TWO)]
POLICY = """version: 1
scope: {{prefixes: ["{prefix}"]}}
{protect}
rules:
  - {{id: age, match: {{prefix: "*"}}, else: {{after: 30d, action: delete}}}}
"""
EVERY = [
    reading(name) for name in ("dvc", "serving", "jobs", "store", "links", "vast:audit", "images")
]


def policy(*roots: str, closure: str = "ancestors", prefix: str = "*") -> str:
    listed = ", ".join(f'"{root}"' for root in roots)
    protect = f"protect: [{{id: shield, roots: [{listed}], closure: {closure}}}]" if roots else ""
    return POLICY.format(protect=protect, prefix=prefix)


def decided(folder: Path, evidence: Evidence, *policies: str) -> list[tuple[str, str]]:
    found = decisions(folder, SAVES, *policies, evidence=evidence)
    return [(row["verdict"], row["rule"]) for row in found]


KEPT, GOES, NEEDED = ("keep", "protect:shield"), ("expire", "age"), ("keep", "protect:needed")


def rooted(root: str, name: str | None = None, **more: object) -> Evidence:
    said = claim("names", "holder", "s3://lab/" + ONE, root, root_name=name, **more)
    return Evidence((said_by("mlflow", said), *EVERY))


@pytest.mark.parametrize(
    ("root", "name", "chosen"),
    [
        ("mlflow.version", "llama/3", True),
        ("mlflow.version(*)", "llama/3", True),
        ("mlflow.version(llama/3)", "llama/3", True),
        ("mlflow.version(llama)", "llama/3", True),
        ("mlflow.version(3)", "llama/3", True),
        ("mlflow.version(lama)", "llama/3", False),
        ("mlflow.version(llama/4)", "llama/3", False),
        ("mlflow.version(l?ama/*)", "llama/3", True),
        ("mlflow.version(nobody)", None, True),
        ("mlflow.version(lama)", "llama", False),
        ("mlflow.run(running)", "running", True),
        ("mlflow.run(running)", "finished", False),
        ("trainer.latest", None, True),
        ("trainer.best", "x", True),
    ],
)
def test_a_root_names_claims(tmp_path: Path, root: str, name: str | None, chosen: bool) -> None:
    said = rooted(parse_root(root).kind, name)
    assert decided(tmp_path, said, policy(root)) == [KEPT if chosen else GOES, GOES]
    assert decided(tmp_path, rooted("mlflow.model", name), policy(root)) == [GOES, GOES]


def test_of_an_alias_either_part_may_be_said() -> None:
    connection = connect()
    for glob, fits in (("m@prod", 1), ("prod", 1), ("m", 1), ("@prod", 0), ("m@*", 1), ("od", 0)):
        condition = Root("mlflow.alias", glob).condition
        query = (
            "SELECT count(*) AS fits FROM (SELECT 'mlflow.alias' AS root, 'm@prod' AS root_name)"
        )
        assert rows(connection, f"{query} WHERE {condition}") == [{"fits": fits}]


@pytest.mark.parametrize(
    ("since", "chosen"), [(None, True), (days(29), True), (days(30), False), (days(31), False)]
)
def test_a_read_counts_as_long_as_the_policy_says(
    tmp_path: Path, since: object, chosen: bool
) -> None:
    said = rooted("read.within", since=since)
    assert decided(tmp_path, said, policy("read.within(30d)"))[0] == (KEPT if chosen else GOES)


@pytest.mark.parametrize("root", ALWAYS)
def test_some_roots_protect_although_no_policy_names_them(tmp_path: Path, root: str) -> None:
    assert decided(tmp_path, rooted(root), policy()) == [NEEDED, GOES]


@pytest.mark.parametrize("root", ["mlflow.version", "mlflow.inputs", "trainer.latest"])
def test_others_protect_only_where_they_are_named(tmp_path: Path, root: str) -> None:
    assert decided(tmp_path, rooted(root), policy()) == [GOES, GOES]


def test_a_policy_that_names_a_root_decides_which_of_them_count(tmp_path: Path) -> None:
    said = rooted("mlflow.alias", "m@old")
    assert decided(tmp_path, said, policy("mlflow.alias(*@prod)")) == [GOES, GOES]
    assert decided(tmp_path, said, policy("doi")) == [NEEDED, GOES]


def test_a_policy_protects_in_its_own_scope(tmp_path: Path) -> None:
    said = rooted("mlflow.version", "m/1")
    narrow = policy("mlflow.version", prefix="runs/b/")
    assert decided(tmp_path, said, narrow, policy()) == [GOES, GOES]
    both = [policy("mlflow.version"), policy()]
    assert decided(tmp_path, said, *both) == [KEPT, GOES]


def test_what_a_root_is_made_from_is_protected_unless_the_policy_says_self(tmp_path: Path) -> None:
    base = claim("needs", "s3://lab/" + ONE, "s3://lab/" + TWO)
    named = claim("names", "v", "s3://lab/" + ONE, "mlflow.version")
    said = Evidence((said_by("mlflow", base, named), *EVERY))
    assert decided(tmp_path, said, policy("mlflow.version")) == [KEPT, KEPT]
    assert decided(tmp_path, said, policy("mlflow.version", closure="self")) == [KEPT, GOES]


def test_what_is_needed_stays_whatever_the_state_of_the_evidence(tmp_path: Path) -> None:
    said = claim("names", "holder", "s3://lab/" + ONE, "mlflow.alias")
    for broken in (
        said_by("mlflow", said, as_of=None),
        said_by("mlflow", said, as_of=days(9)),
        said_by("mlflow", said, as_of=NOW + timedelta(days=1)),
    ):
        found = decided(tmp_path, Evidence((broken,)), policy())
        assert found == [NEEDED, ("keep", "evidence")]


def test_what_sources_contradict_each_other_about_stays(tmp_path: Path) -> None:
    one = said_by("mlflow", claim("names", "m@prod", "s3://lab/" + ONE, "mlflow.alias"), name="a")
    two = said_by("mlflow", claim("names", "m@prod", "s3://lab/" + TWO, "mlflow.alias"), name="b")
    assert decided(tmp_path, Evidence((one, two)), policy()) == [NEEDED, NEEDED]


def test_what_a_bucket_says_protects_as_well(tmp_path: Path) -> None:
    said = said_by("store", claim("needs", "s3://lab/" + TWO, "s3://lab/" + ONE, "base.model"))
    assert decided(tmp_path, Evidence((said,)), policy()) == [NEEDED, GOES]


@pytest.mark.parametrize(
    ("fields", "stays"),
    [
        ({"step": 3}, True),
        ({"step": 2}, False),
        ({"step": 1}, False),
        ({"step": None}, True),
        ({"step": None, "kind": "model"}, False),
        ({"step": 3, "kind": "model"}, True),
    ],
)
def test_nothing_newer_than_its_trainers_pointer_goes(
    tmp_path: Path, fields: Row, stays: bool
) -> None:
    pointer = claim("newer", "s3://lab/runs/a/latest", "s3://lab/runs/a/", step=2)
    older = claim("newer", "s3://lab/runs/b/latest", "s3://lab/runs/b", step=0)
    saves = [artifact(1, ONE, **fields)]
    evidence = Evidence((said_by("store", pointer, older),))
    (row,) = decisions(tmp_path, saves, policy(), evidence=evidence)
    assert (row["verdict"], row["rule"]) == (("keep", "trainer:newer") if stays else GOES)


@pytest.mark.parametrize(
    ("kind", "place", "age", "rule"),
    [
        ("dvc", "s3://lab/cache/", 100, "age"),
        ("dvc", "s3://lab/cache/files/md5", 100, "age"),
        ("dvc", "s3://lab/cach", 100, "evidence"),
        ("store", "s3://lab/cache/", 100, "evidence"),
        ("dvc", "s3://lab/cache/", 50, "grace:min_age"),
    ],
)
def test_a_blob_goes_only_where_all_its_users_are_registered(
    tmp_path: Path, kind: str, place: str, age: int, rule: str
) -> None:
    root = "cache/files/md5/ab/cdef0123456789abcdef0123456789"
    blob = artifact(0, root, kind="blob", complete=None, step=None)
    evidence = Evidence((said_by(kind, claim("covers", "dvc:x", place)),))
    slow = policy().replace("rules:", "grace: {min_age: 14d, in_flight: 60d}\nrules:")
    objects = [entry(0, modified=days(age))]
    (row,) = decisions(tmp_path, [blob], slow, objects=objects, evidence=evidence)
    assert row["rule"] == rule
    assert row["verdict"] == ("expire" if rule == "age" else "keep")
    used = claim("needs", "git:x@main", "md5:abcdef0123456789abcdef0123456789", "dvc.ref")
    evidence = Evidence((*evidence.readings, said_by("dvc", used, name="y")))
    (row,) = decisions(tmp_path, [blob], slow, objects=objects, evidence=evidence)
    assert (row["verdict"], row["rule"]) == NEEDED


def test_protection_says_how_its_claims_read(tmp_path: Path) -> None:
    said = told(claim("names", "alias", "s3://lab/" + ONE, "mlflow.alias", words="alias prod"))
    connection = learned(tmp_path, SAVES, said)
    source = parse(policy(), "p.yaml")
    assert protect(connection, [source], NOW) == []
    assert rows(connection, "SELECT words FROM rooted") == [{"words": "alias prod"}]
    found = rows(connection, "SELECT fact, level, root, last FROM shielded")
    assert found == [{"fact": 1, "level": 0, "root": 0, "last": 0}]
    assert [shield.id for shield in shields_of(source.policy)] == ["needed"]
