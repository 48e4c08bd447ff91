"""`python -m tests.blueprints.mutation FOLDER..`: mutants of rendered repositories, with figures.

--mutants N --same N   how many of each sort (default 400, 40)
--seed TEXT            default: the day
--only NUMBER          one mutant again, with its text
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.blueprints.mutation.campaign import Lab, Outcome, Tally, changing, preserving


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
    out(f"seed {asked.seed}: {tally.made} mutants, {tally.same} mean the same, {tally.found} found")
    out(f" of {tally.found + len(tally.missed)} ({tally.share:.1%})\n")
    for operator in sorted({one for one, _ in tally.operators}):
        found, missed = tally.operators[operator, True], tally.operators[operator, False]
        out(f"  {operator:10} {found:5} of {found + missed:5} ({found / (found + missed):.0%})\n")
    out("rules (found, alone):\n")
    for rule, number in tally.rules.most_common():
        out(f"  {rule:32} {number:5} {tally.alone[rule]:5}\n")
    groups: defaultdict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in tally.missed:
        groups[outcome.mutant.kind, outcome.mutant.operator].append(outcome)
    out("missed:\n")
    for (kind, operator), outcomes in sorted(groups.items()):
        out(f" {kind} {operator} ({len(outcomes)})\n")
        for one in outcomes:
            mutant = one.mutant
            out(f"    {one.number} {one.repository}: {mutant.file} {mutant.place}: {mutant.what}\n")
    for one in [*changed, *kept]:
        for bug in one.bugs:
            out(f"BUG {one.number}: {bug}\n")
    wrong = [one for one in kept if one.changes or one.rules]
    out(f"another form: {len(kept)}, of which {len(wrong)} have findings or mean something else\n")
    for one in wrong:
        out(f"    {one.number} {one.repository}: {one.mutant}: {one.changes} {one.words}\n")


if __name__ == "__main__":
    main()
