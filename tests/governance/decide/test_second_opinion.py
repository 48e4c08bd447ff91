"""The query and the oracle agree on random worlds, in verdict, rule and the day it may change.

10,000 worlds with `make prove`, a tenth of them in CI, an eightieth with `make test`. The
seed is the day's and is printed; to see the same worlds again:
PROVE_SEED=20261122 pytest tests/governance/decide/test_second_opinion.py
"""

import random
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from governance.decide.engine import connect
from tests.governance.decide import cases
from tests.governance.decide.oracle import Oracle
from tests.prove import ALL, SEED, share

WORLDS = share(10_000)
ENOUGH = 1_000
"""Worlds among which everything that can happen does."""
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
    if WORLDS < ENOUGH:
        return
    # Nothing is shown by agreement on worlds in which nothing happens.
    levels = {"pin", "none", "protect", "grace", "keep", "rule", "default"}
    assert set(seen) == {f"keep {level}" for level in levels} | {"expire expire"}
    assert seen["expire expire"] > 0.01 * seen.total()


FAULTS = [
    ("decide.QUERY", "rank <= last_verified", "rank < last_verified"),
    ("decide.QUERY", "rank <= last_verified", "rank <= last_verified + 1"),
    ("decide.QUERY", "c.step DESC NULLS LAST", "c.step NULLS LAST"),
    ("decide.QUERY", "f.complete AND f.live AND", "f.live AND"),
    ("decide.QUERY", "AND m.unsure = 0", ""),
    ("decide.QUERY", "WHEN f.touched_us > $now THEN 11", ""),
    ("decide.QUERY", "THEN g.in_flight_us ELSE 0", "THEN 0 ELSE 0"),
    ("decide.QUERY", "ELSE 0 END) > $now THEN 13", "ELSE 0 END) >= $now THEN 13"),
    ("decide.QUERY", "WHEN touched_us + delete_after_us > $now THEN 11", ""),
    ("decide.QUERY", "WHEN f.pins_why IS NOT NULL THEN 5", ""),
    ("decide.QUERY", "WHEN NOT f.listing_complete THEN 8", ""),
    ("decide.QUERY", "WHEN unsure > 0 THEN 8", ""),
    ("decide.QUERY", "WHEN every_steps IS NOT NULL AND step IS NULL THEN 5", ""),
    ("decide.QUERY", "THEN touched_us + in_flight_us END AS landed_us", "THEN 0 END AS landed_us"),
    ("decide.QUERY", "MAX(end_us) AS end_us, COUNT(*)", "MIN(end_us) AS end_us, COUNT(*)"),
    ("decide.QUERY", "MAX(p.min_age_us) AS min_age_us", "MIN(p.min_age_us) AS min_age_us"),
    ("decide.QUERY", "w.code = 32 AND s.series IS NOT NULL", "w.code = 33"),
    ("decide.QUERY", "pins.until_us > $now", "pins.until_us >= $now"),
    ("decide.QUERY", "best <= best_k", "best < best_k"),
    ("decide.QUERY", "WHEN best_k IS NOT NULL AND value IS NULL THEN 9", ""),
    ("decide.QUERY", " RANK() OVER (", " DENSE_RANK() OVER ("),
    ("decide.QUERY", "AND recoverable IS NOT TRUE THEN 10", "AND recoverable IS NULL THEN 10"),
    ("decide.QUERY", "WHEN n.shield IS NOT NULL THEN 15", ""),
    ("decide.QUERY", "AND s.policy = h.policy", ""),
    ("decide.QUERY", "WHEN w.fact IS NOT NULL THEN 17", ""),
    ("decide.QUERY", "WHEN c.doubt IS NOT NULL THEN 16", ""),
    ("decide.QUERY", "AND s.policy = o.policy", ""),
    ("decide.QUERY", "AND v.fact IS NULL THEN 6", "AND v.fact IS NOT NULL THEN 6"),
    ("graph._SAID", "suffix(target, '/')", "suffix(target, '//')"),
    ("graph._SAID", "relation = 'names' AS names", "relation <> 'made' AS names"),
    ("graph._SAID", "AND root IS NOT NULL", "AND root IS NULL"),
    ("graph._CONTAINED", "IN ('.', '-', '_', '=')", "IN ('.')"),
    ("graph._CONTAINED", "depth = MAX(depth)", "depth >= 0 OR depth = MAX(depth)"),
    ("graph._alike", "lower(split_part(text[5:], '/', -1)) AS tail", "text AS tail"),
    ("graph._alike", "'models--' || replace", "'model--' || replace"),
    ("graph._alike", "SELECT c.node, d.node, true", "SELECT c.node, d.node, false"),
    ("graph._alike", "SELECT d.node, c.node, true", "SELECT d.node, d.node, true"),
    ("graph._alike", "uri[-33:-32], uri[-30:]", "uri[-32:]"),
    ("graph._alike", "suffix(uri, '.dir')", "suffix(uri, '.list')"),
    ("graph._alike", "e.etag = c.text[5:]", "e.etag = c.text"),
    ("graph._alike", "'/run/', l.text[12:]", "'/run/', l.text"),
    ("graph._alike", "'/alias/', l.text[9:]", "'/alias/', l.text"),
    (
        "graph._alike",
        "SELECT artifact, node, false FROM contained WHERE own",
        "SELECT node, node, false FROM contained",
    ),
    (
        "graph._alike",
        "SELECT node, artifact, false FROM contained",
        "SELECT node, node, false FROM contained",
    ),
    ("graph._EDGES", "SEMI JOIN wide USING (dir)", "SEMI JOIN wide USING (dir) WHERE 1 = 0"),
    ("graph._EDGES", "SEMI JOIN speaking s ON s.dir = d.parent", "WHERE 1 = 0"),
    ("graph._EDGES", "UNION ALL SELECT node FROM placed", ""),
    ("closure._STEP", "level = {level}", "level = 0"),
    ("closure._STEP", "{only}", ""),
    ("protection._SHIELDED", "f.step > n.value.step", "f.step >= n.value.step"),
    ("protection._SHIELDED", "AND f.kind = 'checkpoint'", "AND 1 = 0"),
    ("protection._SHIELDED", "AND trusted", ""),
    ("about._SUBJECTS", "relation = 'made' AND trusted", "relation = 'made'"),
    ("about._SUBJECTS", "relation = 'names' AND trusted", "relation = 'names'"),
    ("about._same", "= 1 THEN MIN", ">= 1 THEN MIN"),
    ("about._tag", "<= 1 THEN 1", "<= 2 THEN 1"),
    ("about._metric", "isnan(n.number)", "1 = 0"),
    ("about._metric", ") = 1 THEN MAX", ") >= 1 THEN MAX"),
    ("about._metric", "AND n.step = f.step", ""),
    ("compile.matched_sql", "IS NULL OR", "IS NOT NULL AND"),
    ("recoverable._STAYING", "WHERE r.delete_after_us IS NOT NULL", "WHERE 1 = 0"),
    ("recoverable._STAYING", "f.live AND f.complete", "f.live"),
    ("recoverable._INPUTS", "relation = 'names' AND trusted", "relation = 'nothing'"),
    ("recoverable._JUDGE", "c.lost_commits = 0", "1 = 1"),
    ("recoverable._JUDGE", "d.inputs = d.staying", "d.staying > 0"),
    ("recoverable._JUDGE", "kind || '/' || source IN ({fresh})", "1 = 1"),
    ("doubts._DOUBTED", "f.uri >= r.low AND f.uri < r.high", "1 = 0"),
    ("evidence.OPTIONAL", None, ()),
    ("protection.ALWAYS", None, ("mlflow.alias",)),
]
"""Where a fault is planted, the right text, and the wrong one."""


def planted(right: Any, old: str | None, new: Any) -> Any:
    """A text, a function that returns texts, or a value, with the fault in it."""
    if old is None:
        return new
    if isinstance(right, str):
        assert old in right
        return right.replace(old, new)
    return lambda *args: right(*args).replace(old, new)


DAILY = (
    "rank <= last_verified",
    "f.complete AND f.live AND",
    "best <= best_k",
    "WHEN unsure > 0 THEN 8",
    "WHEN n.shield IS NOT NULL THEN 15",
    "WHEN c.doubt IS NOT NULL THEN 16",
    "WHEN w.fact IS NOT NULL THEN 17",
    "AND v.fact IS NULL THEN 6",
)
PLANTED = FAULTS if ALL else [fault for fault in FAULTS if fault[1] in DAILY]
"""All of them with `make prove`, which takes minutes; else those that any world shows."""


@pytest.mark.law
@pytest.mark.parametrize(("where", "old", "new"), PLANTED)
def test_a_fault_is_seen(
    where: str, old: str | None, new: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, _, name = where.partition(".")
    owner = import_module(f"governance.decide.{module}")
    monkeypatch.setattr(owner, name, planted(getattr(owner, name), old, new))
    for attempt in range(40):
        if disagreements(f"fault-{attempt}", 50, tmp_path)[0]:
            return
    pytest.fail("the oracle agrees with what is wrong")
