"""Roots of policies: which claims they mean, how far, and in whose scope."""

from datetime import timedelta
from pathlib import Path

import pytest

from governance.decide import closure
from governance.decide.engine import connect
from governance.decide.protection import IMPLIED, Root, parse_root, shields_of
from governance.evidence.roots import ALWAYS
from governance.policy.parse import parse
from tests.governance.decide.graphs import DELETE, decided, kept, lab, root, stored
from tests.governance.decide.oracle_graph import Row
from tests.governance.decide.things import NOW, claim, days, rows, said_by

MODEL, DATA = "s3://lab/models/m/", "s3://lab/data/v1/"
SAVES = [f"s3://lab/runs/a/checkpoint-{number}/" for number in (1, 2, 3)]


def protecting(*roots: str, closure: str = "ancestors") -> str:
    """A policy that protects these, and lets all else go."""
    words = ", ".join(f'"{root}"' for root in roots)
    return f"{DELETE}protect: [{{id: released, roots: [{words}], closure: {closure}}}]\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mlflow.alias(m@*)", Root("mlflow.alias", "m@*")),
        ("mlflow.alias", Root("mlflow.alias", "")),
        ("read.within(30d)", Root("read.within", "30d")),
        ("dvc.ref(a(b))", Root("dvc.ref", "a(b)")),
    ],
)
def test_a_root_is_a_kind_and_a_glob(text: str, expected: Root) -> None:
    assert parse_root(text) == expected


@pytest.mark.parametrize(
    ("asked", "said", "expected"),
    [
        ("mlflow.alias", "llama@prod", True),
        ("mlflow.alias(*)", "llama@prod", True),
        ("mlflow.alias(llama@prod)", "llama@prod", True),
        ("mlflow.alias(prod)", "llama@prod", True),
        ("mlflow.alias(llama)", "llama@prod", True),
        ("mlflow.alias(l*@p*)", "llama@prod", True),
        ("mlflow.alias(pro?)", "llama@prod", True),
        ("mlflow.alias(pro)", "llama@prod", False),
        ("mlflow.alias(PROD)", "llama@prod", False),
        ("mlflow.alias(llama_x)", "llama-x@prod", False),
        ("mlflow.alias(a@b)", "a@b@prod", True),
        ("mlflow.alias(old)", None, True),
        ("mlflow.version(llama)", "llama/3", True),
        ("mlflow.version(3)", "llama/3", True),
        ("mlflow.version(llama/*)", "llama/3", True),
        ("mlflow.version(33)", "llama/3", False),
        ("dvc.ref(refs/tags/*)", "refs/tags/v1", True),
        ("dvc.ref(v1)", "refs/tags/v1", False),
        ("mlflow.alias(prod)", "it's@prod", True),
        ("mlflow.alias(it's)", "it's@prod", True),
    ],
)
def test_a_glob_is_compared_with_the_whole_name_and_of_models_with_either_part(
    asked: str, said: str | None, expected: bool
) -> None:
    wanted = parse_root(asked)
    with connect() as connection:
        query = f"SELECT {wanted.condition} FROM (SELECT $kind AS root, $name AS root_name)"
        values = {"kind": wanted.kind, "name": said}
        assert connection.execute(query, values).fetchall() == [(expected,)]


def test_what_was_read_lately_is_needed(tmp_path: Path) -> None:
    just = timedelta(microseconds=1)
    lately = [days(29), days(30) + just, None, NOW + timedelta(days=3)]
    places = [f"s3://lab/{number}/" for number in range(6)]
    reads = [
        claim("names", "reads", place[:-1], root="read.within", since=since)
        for place, since in zip(places, [*lately, days(30), days(400)], strict=True)
    ]
    found = kept(tmp_path, places, [protecting("read.within(30d)")], said_by("reads", *reads))
    assert list(found) == places[: len(lately)]


def test_what_something_was_made_from_is_protected_unless_the_policy_says_itself_only(
    tmp_path: Path,
) -> None:
    said = lab(root(MODEL[:-1]), claim("needs", MODEL[:-1], DATA[:-1]))
    for closure_, expected in (("ancestors", {MODEL, DATA}), ("self", {MODEL})):
        policy = protecting("mlflow.alias(*)", closure=closure_)
        assert set(kept(tmp_path / closure_, [MODEL, DATA], [policy], said)) == expected


def test_some_roots_protect_without_being_named_unless_a_policy_names_their_kind() -> None:
    assert [shield.roots for shield in shields_of(parse(DELETE, "p").policy)] == [ALWAYS]
    named = shields_of(parse(protecting("mlflow.alias(prod)", "doi", "dvc.ref"), "p").policy)
    assert [shield.id for shield in named] == ["released", IMPLIED]
    assert set(ALWAYS) - set(named[1].roots) == {"mlflow.alias", "doi", "dvc.ref"}


def test_a_policy_that_names_an_alias_lets_the_other_aliases_go(tmp_path: Path) -> None:
    said = lab(root(MODEL[:-1], name="m@prod"), root(DATA[:-1], name="m@old"))
    assert kept(tmp_path / "a", [MODEL, DATA], [DELETE], said) == {
        MODEL: "protect:needed",
        DATA: "protect:needed",
    }
    policy = protecting("mlflow.alias(prod)")
    assert kept(tmp_path / "b", [MODEL, DATA], [policy], said) == {MODEL: "protect:released"}
    assert set(kept(tmp_path / "c", [MODEL, DATA], [policy, DELETE], said)) == {MODEL, DATA}


def test_a_root_that_no_policy_names_and_that_is_not_always_one_is_no_reason(
    tmp_path: Path,
) -> None:
    said = [lab(root(MODEL[:-1], "mlflow.run", "running")), said_by("store")]
    assert kept(tmp_path, [MODEL], [DELETE], *said) == {}


def test_a_policy_protects_in_its_own_scope_only(tmp_path: Path) -> None:
    said = lab(root(MODEL[:-1]), claim("needs", MODEL[:-1], DATA[:-1]))
    scoped = protecting("mlflow.alias(*)") + 'scope: {prefixes: ["models/"]}\n'
    elsewhere = protecting("mlflow.alias(nobody)") + 'scope: {prefixes: ["data/", "models/"]}\n'
    found = kept(tmp_path, [MODEL, DATA], [scoped, elsewhere], said)
    assert found == {MODEL: "protect:released"}


def newer(step: int | None, target: str = "s3://lab/runs/a") -> Row:
    return claim("newer", "latest", target, step=step)


def test_saves_above_a_trainers_pointer_stay_and_those_without_a_step(tmp_path: Path) -> None:
    things: list[str | Row] = [
        *SAVES,
        {"uri": "s3://lab/runs/a/last/", "step": None},
        {"uri": "s3://lab/runs/a/model/", "step": None, "kind": "model"},
        {"uri": "s3://lab/runs/ab/checkpoint-9/", "step": 9},
    ]
    found = kept(tmp_path, things, [DELETE], said_by("store", newer(2), newer(None), newer(5)))
    assert found == dict.fromkeys([SAVES[2], "s3://lab/runs/a/last/"], "trainer:newer")


def test_a_blob_may_go_only_where_a_trusted_source_knows_all_of_its_users(tmp_path: Path) -> None:
    blobs = [f"s3://{bucket}/dvc/files/md5/ab/{'c' * 30}" for bucket in "abcdef"]
    known = ["s3://a/dvc", "s3://b/dvc/files/md5", "s3://c", "s3://d/dv", f"{blobs[4]}/x"]
    said = [
        said_by("dvc", *(claim("covers", "dvc:data", place) for place in known)),
        said_by("dvc", claim("covers", "dvc:data", "s3://f/dvc"), name="x", trusted=False),
    ]
    things: list[str | Row] = [{"uri": uri, "kind": "blob"} for uri in blobs]
    assert kept(tmp_path, things, [DELETE], *said) == dict.fromkeys(blobs[3:], "evidence")


def test_shields_say_where_they_are_written_and_share_what_they_reach(tmp_path: Path) -> None:
    policies = [protecting("mlflow.alias(*)"), protecting("mlflow.alias(*)"), DELETE]
    with decided(tmp_path, stored(MODEL), policies, lab(root(MODEL[:-1]))) as connection:
        query = 'SELECT id, "at", reach FROM shields JOIN reaches USING (shield) ORDER BY shield'
        found = [tuple(row.values()) for row in rows(connection, query)]
        reason = rows(connection, "SELECT words FROM rooted")
    assert found == [
        ("released", "policy-1.yaml:4", 0),
        (IMPLIED, "policy-1.yaml", 1),
        ("released", "policy-2.yaml:4", 0),
        (IMPLIED, "policy-2.yaml", 1),
        (IMPLIED, "policy-3.yaml", 2),
    ]
    assert reason == [{"words": f"somebody names {MODEL[:-1]}"}]


def test_nothing_goes_where_a_chain_could_not_be_followed_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closure, "DEEPEST", 10)
    chain = [claim("needs", f"job:{number}", f"job:{number + 1}") for number in range(20)]
    found = kept(tmp_path, [MODEL], [DELETE], lab(root("job:0"), *chain))
    assert found == {MODEL: "evidence"}
