"""The query and the oracle agree on random worlds, in verdict, rule and the day it may change.

1,000 worlds, or 10,000 with `make prove`. The seed is the day's and is printed; to see the same
worlds again: PROVE_SEED=20261122 pytest tests/governance/decide/test_second_opinion.py
"""

import os
import random
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from governance.decide import decide as module
from governance.decide.engine import connect
from tests.governance.decide import cases
from tests.governance.decide.oracle import Oracle

WORLDS = 10_000 if os.environ.get("HYPOTHESIS_PROFILE") == "prove" else 1_000
SEED = os.environ.get("PROVE_SEED") or f"{datetime.now(UTC):%Y%m%d}"  # noqa: TID251
PARTS = 4
TOGETHER = 25
"""Worlds that one query decides."""


def disagreements(seed: str, count: int, folder: Path) -> tuple[list[str], Counter[str]]:
    """What differs, in words, and how often each kind of decision was seen."""
    found: list[str] = []
    seen: Counter[str] = Counter()
    connection = connect(threads=1)
    for number in range(0, count, TOGETHER):
        # Now and then a world of its own: only that can be without any policy.
        together = 1 if number % (TOGETHER * 8) == 0 else TOGETHER
        made = cases.worlds(random.Random(f"{seed}-{number}"), together)
        rows = cases.run(connection, cases.merged(made), folder)
        expected = [opinion for world in made for opinion in Oracle(world).decide()]
        for row, got, wanted in zip(rows, cases.opinions(rows), expected, strict=True):
            seen[f"{got.verdict} {row['level']}"] += 1
            if got != wanted or not row["reason"]:
                found.append(f"seed {seed}-{number}: {row['id']}: {got}, the oracle: {wanted}")
    connection.close()
    return found, seen


@pytest.mark.law
@pytest.mark.parametrize("part", range(PARTS))
def test_the_query_and_the_second_opinion_agree(
    part: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\nPROVE_SEED={SEED}: part {part + 1} of {PARTS} of {WORLDS} worlds\n")
    found, seen = disagreements(f"{SEED}-{part}", WORLDS // PARTS, tmp_path)
    assert found == []
    # Nothing is shown by agreement on worlds in which nothing happens.
    levels = {"pin", "none", "protect", "grace", "keep", "rule", "default"}
    assert set(seen) == {f"keep {level}" for level in levels} | {"expire expire"}
    assert seen["expire expire"] > 0.01 * seen.total()


FAULTS = [
    ("rank <= last_verified", "rank < last_verified"),
    ("rank <= last_verified", "rank <= last_verified + 1"),
    ("c.step DESC NULLS LAST", "c.step NULLS LAST"),
    ("f.complete AND f.live AND", "f.live AND"),
    ("WHEN f.touched_us > $now THEN 11", ""),
    ("WHEN f.touched_us + g.min_age_us > $now", "WHEN f.touched_us + g.min_age_us >= $now"),
    ("WHEN touched_us + delete_after_us > $now THEN 11", ""),
    ("WHEN f.pins_why IS NOT NULL THEN 5", ""),
    ("WHEN NOT f.listing_complete THEN 8", ""),
    ("WHEN unsure = 1 OR match_needs IS NOT NULL THEN 8", ""),
    ("WHEN every_steps IS NOT NULL AND step IS NULL THEN 5", ""),
    ("THEN touched_us + in_flight_us END AS landed_us", "THEN touched_us END AS landed_us"),
    ("MAX(end_us) AS end_us, COUNT(*)", "MIN(end_us) AS end_us, COUNT(*)"),
    ("MAX(p.min_age_us) AS min_age_us", "MIN(p.min_age_us) AS min_age_us"),
    ("w.code = 32 AND s.series IS NOT NULL", "w.code = 33"),
    ("pins.until_us > $now", "pins.until_us >= $now"),
]


@pytest.mark.parametrize(("right", "wrong"), FAULTS)
def test_a_fault_in_the_query_is_seen(
    right: str, wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert right in module.QUERY
    monkeypatch.setattr(module, "QUERY", module.QUERY.replace(right, wrong))
    for attempt in range(40):
        if disagreements(f"fault-{attempt}", 50, tmp_path)[0]:
            return
    pytest.fail("the oracle agrees with a wrong query")
