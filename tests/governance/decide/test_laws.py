"""Laws of the decision: what may never make it expire more."""

import copy
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.decide.engine import connect
from tests.governance.decide import cases
from tests.governance.decide.oracle import Row, World

TOGETHER = 10
FEWER = settings(max_examples=settings().max_examples // 20)
"""Every example is ten worlds and takes part of a second."""
_INSTANT = timedelta(microseconds=1)

seeds = st.integers(min_value=0, max_value=2**32)


def decided(made: list[World]) -> dict[str, tuple[str, datetime | None]]:
    """Verdict and end of every artifact, by id."""
    with TemporaryDirectory() as folder:
        connection = connect(threads=1)
        try:
            rows = cases.run(connection, cases.merged(made), Path(folder))
        finally:
            connection.close()
    return {row["id"]: (row["verdict"], row["until"]) for row in rows}


def expired(made: list[World]) -> set[str]:
    return {name for name, (verdict, _) in decided(made).items() if verdict == "expire"}


def some(seed: int) -> tuple[list[World], random.Random]:
    rng = random.Random(seed)
    return cases.worlds(rng, TOGETHER), rng


@FEWER
@given(seeds)
def test_every_artifact_has_exactly_one_decision(seed: int) -> None:
    made, _ = some(seed)
    artifacts = [row["id"] for world in made for place in world.places for row in place.artifacts]
    found = decided(made)  # raises where one was decided twice
    assert sorted(found) == sorted(artifacts)
    assert {verdict for verdict, _ in found.values()} <= {"keep", "expire"}


@FEWER
@given(seeds)
def test_the_order_of_rows_and_pins_does_not_matter(seed: int) -> None:
    made, rng = some(seed)
    before = decided(made)
    for world in made:
        rng.shuffle(world.pins)
        rng.shuffle(world.places)
        for place in world.places:
            rng.shuffle(place.objects)
            rng.shuffle(place.artifacts)
    assert decided(made) == before


@FEWER
@given(seeds)
def test_an_end_that_is_told_is_when_it_ends(seed: int) -> None:
    made, _ = some(seed)
    for world in made:
        # It is the clock alone that is looked at: evidence does not grow old here.
        world.sources = [
            {**source, "as_of": source["as_of"] and cases.NOW} for source in world.sources
        ]
        for policy in world.policies:
            policy.setdefault("evidence", {})["max_age"] = "100y"
            policy["protect"] = [
                protect
                for protect in policy.get("protect", [])
                if not any("read.within" in root for root in protect["roots"])
            ]
    ends = {name: until for name, (_, until) in decided(made).items() if until is not None}
    for name, until in list(ends.items())[:2]:
        assert decided([replace(world, now=until - _INSTANT) for world in made])[name][0] == "keep"
        assert decided([replace(world, now=until) for world in made])[name][0] == "expire"


def _pin(world: World, rng: random.Random) -> None:
    place = rng.choice(world.places)
    artifact = rng.choice(place.artifacts)
    world.pins.append(
        {
            "id": f"new-{rng.random()}",
            "store": place.store,
            "artifact": artifact["id"],
            "also": None,
            "uri": artifact["uri"],
            "until": rng.choice([None, world.now + timedelta(days=1)]),
        }
    )


def _unreadable_pins(world: World, rng: random.Random) -> None:
    rng.choice(world.places).pins_unknown = "denied"


def _cut_short(world: World, rng: random.Random) -> None:
    rng.choice(world.places).incomplete = "denied"


def _no_versions(world: World, rng: random.Random) -> None:
    rng.choice(world.places).versions_unknown = "denied"


def _forget(field: str, value: object) -> Callable[[World, random.Random], None]:
    def forget(world: World, rng: random.Random) -> None:
        rng.choice(rng.choice(world.places).artifacts)[field] = value

    forget.__name__ = f"forget_{field}"
    return forget


def _no_date(world: World, rng: random.Random) -> None:
    place = rng.choice(world.places)
    rng.choice(place.objects)["modified"] = None


def _touched_later(world: World, rng: random.Random) -> None:
    place = rng.choice(world.places)
    row = rng.choice(place.objects)
    row["modified"] = (row["modified"] or world.now) + timedelta(days=rng.randint(0, 400))


def _each_rule(change: Callable[[Row], None]) -> Callable[[World, random.Random], None]:
    def apply(world: World, rng: random.Random) -> None:
        for policy in world.policies:
            for rule in policy["rules"]:
                change(rule)

    apply.__name__ = change.__name__
    return apply


def _twice_as_long(rule: Row) -> None:
    for tier in ("else", "then"):
        if tier in rule:
            span = str(rule[tier]["after"])
            number = span.rstrip("hdwy")
            rule[tier]["after"] = f"{2 * int(number)}{span[len(number) :]}"


def _keep_more(rule: Row) -> None:
    keep = rule.get("keep", {})
    if "last_verified" in keep:
        keep["last_verified"] += 1


def _no_else(rule: Row) -> None:
    if "keep" in rule:
        rule.pop("else", None)
        rule.pop("then", None)


def _longer_grace(world: World, rng: random.Random) -> None:
    for policy in world.policies:
        policy["grace"] = {"min_age": "60d", "in_flight": "60d"}


def _one_more_rule(world: World, rng: random.Random) -> None:
    """A rule that keeps longer, beside the others."""
    for policy in world.policies:
        rule = {"id": "more", "match": {"prefix": "*"}, "else": {"after": "1y", "action": "delete"}}
        covered = any(rule["match"] == {"prefix": "*"} for rule in policy["rules"])
        if covered:
            policy["rules"].append(rule)


MORE_REASONS_TO_KEEP = [
    _pin,
    _unreadable_pins,
    _cut_short,
    _no_versions,
    _forget("complete", None),
    _forget("step", None),
    _forget("kind", "unknown"),
    _no_date,
    _touched_later,
    _each_rule(_twice_as_long),
    _each_rule(_keep_more),
    _each_rule(_no_else),
    _longer_grace,
    _one_more_rule,
]


@pytest.mark.parametrize("change", MORE_REASONS_TO_KEEP, ids=lambda change: change.__name__)
@settings(max_examples=FEWER.max_examples // 2 + 1)
@given(seeds)
def test_more_reasons_to_keep_never_expire_more(
    change: Callable[[World, random.Random], None], seed: int
) -> None:
    made, rng = some(seed)
    before = expired(made)
    changed = copy.deepcopy(made)
    for world in changed:
        change(world, rng)
    after = expired(changed)
    assert after <= before


@pytest.mark.parametrize("change", [_forget("complete", True), _forget("kind", "checkpoint")])
def test_the_laws_can_fail(change: Callable[[World, random.Random], None]) -> None:
    """Learning something may let go what was kept; else the laws above would show nothing."""
    for seed in range(40):
        made, rng = some(seed)
        changed = copy.deepcopy(made)
        for world in changed:
            change(world, rng)
        if not expired(changed) <= expired(made):
            return
    pytest.fail("knowing more never expired more")
