"""`python -m tests.blueprints.mutation FOLDER..`: mutants of rendered repositories, with figures.

--mutants N --same N   how many of each sort (default 400, 40)
--seed TEXT            default: the day
--only NUMBER          one mutant again, with its text
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.blueprints.mutation.campaign import TODAY, Lab, Outcome, Tally, changing, preserving
from tests.blueprints.mutation.report import text, write


def run(job: tuple[list[Path], str, list[int], list[int]]) -> tuple[list[Outcome], list[Outcome]]:
    """One process's part."""
    repositories, seed, numbers, same = job
    with tempfile.TemporaryDirectory() as folder:
        labs = [
            Lab.of(one, Path(folder) / f"{number}-{one.name}")
            for number, one in enumerate(repositories)
        ]
        return list(changing(labs, seed, numbers)), list(preserving(labs, seed, same))


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


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--mutants", type=int, default=400)
    parser.add_argument("--same", type=int, default=40)
    parser.add_argument(
        "--seed", required=True, help="any text; the same one makes the same mutants"
    )
    parser.add_argument("--only", type=int)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--day", type=dt.date.fromisoformat, default=TODAY)
    asked = parser.parse_args()
    if asked.only is not None:
        for outcome in run((asked.folders, asked.seed, [asked.only], []))[0]:
            content = outcome.mutant.content or b""
            print(outcome.mutant, sorted(outcome.rules), outcome.words, sep="\n")  # noqa: T201
            sys.stdout.write(content.decode())
        return
    changed, kept = in_processes(asked.folders, asked.seed, asked.mutants, asked.same)
    tally = Tally()
    for outcome in changed:
        tally.add(outcome)
    out = sys.stdout.write
    out(f"seed {asked.seed}: {tally}\n")
    out(text(changed, kept, asked.seed, asked.day))
    for bug in tally.bugs:
        out(f"BUG {bug}\n")
    for one in kept:
        if one.changes or one.rules or one.bugs:
            out(f"another form: {one.number} {one.repository}: {one.mutant}: {one.words}\n")
    if asked.write:
        write(asked.write, text(changed, kept, asked.seed, asked.day))


if __name__ == "__main__":
    main()
