"""`python -m tests.blueprints.mutation [FOLDER..]`: mutants of rendered repositories, with figures.

Without folders: those of `sites.py`, rendered anew. `make prove` runs all of them.

  --mutants N --same N   how many of each sort (default 400, 40)
  --seed TEXT            the same one makes the same mutants (default: the day's)
  --only NUMBER          one mutant again, with its text
  --blueprint NAME       whose repositories (default: sandbox)
  --write FILE           put the figures between the marks of this page (docs/proved.md)
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.blueprints.mutation.campaign import TODAY, Lab, Outcome, Tally, changing, preserving
from tests.blueprints.mutation.report import text, write
from tests.blueprints.mutation.sites import rendered
from tests.prove import SEED

LEAST = 0.95


def run(job: tuple[list[Path], str, list[int], list[int]]) -> tuple[list[Outcome], list[Outcome]]:
    """One process's part."""
    repositories, seed, numbers, same = job
    with tempfile.TemporaryDirectory() as folder:
        labs = [Lab.of(one, Path(folder) / one.name) for one in repositories]
        return list(_watched(changing(labs, seed, numbers))), list(preserving(labs, seed, same))


def _watched(outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
    """Whoever waits sees how far it is, and what was missed."""
    for outcome in outcomes:
        if outcome.changes and not outcome.rules:
            sys.stderr.write(f"{outcome.number}: missed: {outcome.repository}: {outcome.mutant}\n")
        yield outcome


def in_processes(
    repositories: list[Path], seed: str, mutants: int, same: int, jobs: int = 2
) -> tuple[list[Outcome], list[Outcome]]:
    """The outcomes of all mutants, in the order of their numbers."""
    parts = [
        (repositories, seed, list(range(part, mutants, jobs)), list(range(part, same, jobs)))
        for part in range(jobs)
    ]
    with ProcessPoolExecutor(jobs) as pool:
        results = list(pool.map(run, parts))
    changed = sorted((one for part, _ in results for one in part), key=lambda one: one.number)
    kept = sorted((one for _, part in results for one in part), key=lambda one: one.number)
    return changed, kept


def main() -> int:
    """See the module; 1 where less was found than has to be, or something that is right."""
    parser = argparse.ArgumentParser(prog="python -m tests.blueprints.mutation")
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--mutants", type=int, default=400)
    parser.add_argument("--same", type=int, default=40)
    parser.add_argument("--seed", default=SEED)
    parser.add_argument("--only", type=int)
    parser.add_argument("--blueprint", default="sandbox")
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        repositories = asked.folders or rendered(Path(folder), asked.blueprint)
        if asked.only is not None:
            (outcome,), _ = run((repositories, asked.seed, [asked.only], []))
            _say(f"{outcome.mutant}\n{sorted(outcome.rules)}\n{outcome.words}\n")
            _say((outcome.mutant.content or b"").decode())
            return 0
        changed, kept = in_processes(repositories, asked.seed, asked.mutants, asked.same)
    tally = Tally()
    for outcome in changed:
        tally.add(outcome)
    wrong = [one for one in kept if one.changes or one.rules or one.bugs]
    figures = text(changed, kept, asked.seed, _day(asked.seed))
    _say(f"seed {asked.seed}: {tally}\n{figures}")
    for bug in tally.bugs:
        _say(f"bug: {bug}\n")
    for one in wrong:
        _say(f"another form: {one.number} {one.repository}: {one.mutant}: {one.words}\n")
    if asked.write:
        write(asked.write, figures, asked.blueprint)
    return 1 if wrong or tally.bugs or tally.share < LEAST else 0


def _say(words: str) -> None:
    sys.stdout.write(words)


def _day(seed: str) -> dt.date:
    """The day that a seed names; seeds are days unless somebody asked for another."""
    try:
        return dt.date.fromisoformat(seed)
    except ValueError:
        return TODAY


if __name__ == "__main__":
    sys.exit(main())
