"""Laws of evidence: less of it, or more that anybody could have written, only ever keeps.

10,000 cases with `make prove`, a tenth of them in CI, an eightieth with `make test`. The
seed is the day's and is printed; to see the same cases again:
PROVE_SEED=20261122 pytest tests/governance/decide/test_laws_evidence.py
"""

import copy
import random
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from governance.decide.engine import connect
from tests.governance.decide import cases
from tests.governance.decide.cases_evidence import Teller
from tests.governance.decide.oracle import Oracle, World
from tests.governance.decide.oracle_graph import Row
from tests.prove import SEED, share

CASES = share(10_000)
TOGETHER = 25
"""Worlds that are decided in one query; each is a case."""
FEW = 3

Change = Callable[[list[World], random.Random], None]


def expired(made: list[World], folder: Path) -> set[str]:
    """The ids of what may go."""
    connection = connect(threads=1)
    try:
        rows = cases.run(connection, cases.merged(made), folder)
    finally:
        connection.close()
    return {row["id"] for row in rows if row["verdict"] == "expire"}


def broken(seed: str, change: Change, folder: Path) -> tuple[set[str], int]:
    """What expires after a change and did not before, and how much may go in either."""
    rng = random.Random(seed)
    made = cases.worlds(rng, TOGETHER)
    prepare = getattr(change, "prepare", None)
    if prepare is not None:
        prepare(made)
    changed = copy.deepcopy(made)
    shared = changed[0].sources
    changed = [replace(world, sources=shared) for world in changed]
    change(changed, rng)
    before, after = expired(made, folder), expired(changed, folder)
    return after - before, len(before | after)


# -- less evidence


def _one(made: list[World], rng: random.Random) -> Row:
    """A source: mostly one that says something."""
    speaking = [claim["by"] for world in made for claim in world.claims]
    chosen = rng.choice([*speaking, *(source["key"] for source in made[0].sources)])
    return next(source for source in made[0].sources if source["key"] == chosen)


def _drop(made: list[World], source: Row, rng: random.Random, share: float) -> None:
    for world in made:
        for rows in (world.claims, world.notes):
            kept = [row for row in rows if row["by"] != source["key"] or rng.random() > share]
            rows[:] = kept


def never_answered(made: list[World], rng: random.Random) -> None:
    source = _one(made, rng)
    source["as_of"] = None
    _drop(made, source, rng, 1)


def taken_away_where_it_is_named(made: list[World], rng: random.Random) -> None:
    kind = rng.choice(["mlflow", "dvc", "jobs", "serving", "links", "code", "images", "reads"])
    for source in [source for source in made[0].sources if source["kind"] == kind]:
        made[0].sources.remove(source)
        _drop(made, source, rng, 1)


def _name_all(made: list[World]) -> None:
    for world in made:
        for policy in world.policies:
            kinds = sorted({source["kind"] for source in world.sources})
            policy.setdefault("evidence", {})["require"] = kinds


taken_away_where_it_is_named.prepare = _name_all  # type: ignore[attr-defined]


def grown_old(made: list[World], rng: random.Random) -> None:
    source = _one(made, rng)
    if source["as_of"] is not None and source["as_of"] <= cases.NOW:
        source["as_of"] -= timedelta(hours=rng.choice([1, 25, 49]))


def dated_in_the_future(made: list[World], rng: random.Random) -> None:
    _one(made, rng)["as_of"] = cases.NOW + timedelta(microseconds=1)


def cut_short(made: list[World], rng: random.Random) -> None:
    source = _one(made, rng)
    source["doubts"].append(("half a page", None))
    _drop(made, source, rng, rng.random())


def failed(made: list[World], rng: random.Random) -> None:
    _one(made, rng)["doubts"].append(("HTTP 500", None))


def cut_short_about_one_world(made: list[World], rng: random.Random) -> None:
    """Anything about some buckets may be missing; the others are not in doubt."""
    world, source = rng.choice(made), _one(made, rng)
    for place in world.places:
        source["doubts"].append(("one bucket", f"s3://{place.artifacts[0]['bucket']}/"))
    if source["kind"] not in ("reads", "code", "images"):
        _drop([world], source, rng, rng.random())


def cut_short_about_what_a_claim_reaches(made: list[World], rng: random.Random) -> None:
    """A claim is missing, and all that it can be about is in doubt."""
    world = rng.choice(made)
    runs = {claim["holder"] for claim in world.claims if claim["relation"] == "made"}
    chosen = [
        claim
        for claim in world.claims
        if claim["relation"] in ("names", "needs")
        and claim["holder"] not in runs
        and claim["by"] != "reads/audit"
    ]
    if not chosen:
        return
    claim = rng.choice(chosen)
    needs = Oracle(world).needs
    reached = needs.reached([claim], ancestors=True) | needs.reached(
        [{**claim, "target": claim["holder"]}], ancestors=True
    )
    source = next(one for one in made[0].sources if one["key"] == claim["by"])
    for artifact in needs.artifacts:
        if artifact["uri"].removesuffix("/") in reached:
            source["doubts"].append(("one claim", artifact["uri"]))
    world.claims.remove(claim)


# -- more that anybody could have written


def _tell(world: World, rng: random.Random, only: str) -> Teller:
    tag = world.places[0].artifacts[0]["bucket"].partition("-")[0] + "-"
    teller = Teller(rng, tag, world.places, cases.NOW, only)
    teller.tell()
    return teller


def more_that_is_not_trusted(made: list[World], rng: random.Random) -> None:
    for world in made:
        more = _tell(world, rng, "store/")
        world.claims += more.claims
        world.notes += more.notes


def what_is_said_is_said_by_nobody_trusted_as_well(made: list[World], rng: random.Random) -> None:
    """What registered sources say, said again by a bucket about other things of the world."""
    for world in made:
        texts = [row[end] for row in world.claims for end in ("holder", "target")]
        for row in [*world.claims]:
            other = {**row, "by": "store/", rng.choice(["holder", "target"]): rng.choice(texts)}
            world.claims.append(other)
        for row in [*world.notes]:
            world.notes.append({**row, "by": "store/", "node": rng.choice([row["node"], *texts])})


def another_that_is_not_trusted(made: list[World], rng: random.Random) -> None:
    """One more bucket's own records."""
    source = {**next(one for one in made[0].sources if one["key"] == "store/")}
    made[0].sources.append({**source, "key": "store/more", "name": "more", "doubts": []})
    for world in made:
        more = _tell(world, rng, "store/more")
        world.claims += more.claims
        world.notes += more.notes


# -- more claims of anybody


def another_root(made: list[World], rng: random.Random) -> None:
    for world in made:
        teller = _tell(world, rng, rng.choice(["mlflow/lab", "links/", "store/"]))
        world.claims += [claim for claim in teller.claims if claim["root"] is not None]


def more_claims(made: list[World], rng: random.Random) -> None:
    for world in made:
        teller = _tell(world, rng, rng.choice(["mlflow/lab", "dvc/data", "links/"]))
        world.claims += [claim for claim in teller.claims if claim["relation"] != "covers"]


def _ask_nothing(made: list[World]) -> None:
    """Leave out of all rules what only a source can answer: answers may let things go."""
    for world in made:
        for rule in (rule for policy in world.policies for rule in policy["rules"]):
            for key in ("tags", "run.status", "state"):
                rule["match"].pop(key, None)
            rule["match"] = rule["match"] or {"prefix": "*"}
            rule.get("keep", {}).pop("best", None)
            rule.get("then", {}).pop("if", None)
            if not rule.get("keep"):
                rule.pop("keep", None)
                rule.setdefault("else", {"after": "30d", "action": "delete"})


another_root.prepare = more_claims.prepare = _ask_nothing  # type: ignore[attr-defined]


LAWS: list[Change] = [
    never_answered,
    taken_away_where_it_is_named,
    grown_old,
    dated_in_the_future,
    cut_short,
    failed,
    cut_short_about_one_world,
    cut_short_about_what_a_claim_reaches,
    more_that_is_not_trusted,
    what_is_said_is_said_by_nobody_trusted_as_well,
    another_that_is_not_trusted,
    another_root,
    more_claims,
]


@pytest.mark.law
@pytest.mark.parametrize("change", LAWS, ids=lambda change: change.__name__)
def test_less_evidence_and_more_claims_never_expire_more(
    change: Change, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    count = -(-CASES // len(LAWS) // TOGETHER)
    with capsys.disabled():
        sys.stdout.write(f"\nPROVE_SEED={SEED}: {change.__name__}: {count * TOGETHER} cases\n")
    going = 0
    for number in range(count):
        seed = f"{SEED}-{change.__name__}-{number}"
        more, either = broken(seed, change, tmp_path)
        assert more == set(), f"seed {seed}"
        going += either
    # Nothing is shown by worlds in which nothing goes; a single group may have none.
    assert going > 0.1 * count or count < FEW


# -- that the laws could be broken


def cut_short_and_silent_about_it(made: list[World], rng: random.Random) -> None:
    """As where a source that no policy names was unregistered: what it needed is not needed."""
    for source in made[0].sources:
        _drop(made, source, rng, 0.5)


def more_that_is_trusted(made: list[World], rng: random.Random) -> None:
    for world in made:
        more = _tell(world, rng, "mlflow/lab")
        world.claims += more.claims
        world.notes += more.notes


def doubts_are_gone(made: list[World], rng: random.Random) -> None:
    for source in made[0].sources:
        source["doubts"] = []
        source["as_of"] = cases.NOW


@pytest.mark.parametrize(
    "change",
    [
        cut_short_and_silent_about_it,
        more_that_is_trusted,
        doubts_are_gone,
    ],
    ids=lambda change: change.__name__,
)
def test_the_laws_can_fail(change: Change, tmp_path: Path) -> None:
    """Learning that nobody needs something lets it go; else the laws above would show nothing."""
    for number in range(60):
        if broken(f"can-fail-{number}", change, tmp_path)[0]:
            return
    pytest.fail("nothing more ever expired")
