"""`python -m tests.tce.mutants`: mutants of rendered environments, with figures.

--mutants N     how many of what filters and carries packets (default 600)
--policies N    how many of policies of the cluster (default 1200)
--packets N     how many of the perimeter's are tried by packets, too (default 0; needs nft)
--seed TEXT     the same one takes the same mutants (default: the day's)
--write FILE    put the figures between the marks of this page (docs/proved.md)
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tce.probe.errors import ProbeError
from tests.blueprints.mutation.report import write
from tests.prove import SEED
from tests.tce.mutants import packets
from tests.tce.mutants.campaign import Outcome, outcomes
from tests.tce.mutants.report import Tried, text
from tests.tce.mutants.subjects import PERIMETER, about, every, sample, subjects

JOBS = 2


def run(job: tuple[int, int, str, int]) -> list[Outcome]:
    """One process's part."""
    size, policies, seed, part = job
    cases = sample(size, seed, about(policies=False)) + sample(policies, seed, about(policies=True))
    return list(_watched(outcomes(cases[part::JOBS])))


def _watched(found: Iterator[Outcome]) -> Iterator[Outcome]:
    """Whoever waits sees what was missed."""
    for outcome in found:
        if outcome.missed or outcome.contradicted:
            _say(f"{'missed' if outcome.missed else 'contradicted'}: {outcome}\n")
        yield outcome


def tried(size: int, seed: str) -> Iterator[Tried]:
    """The perimeter's mutants by packets; environments in turn."""
    for subject in subjects() if size else ():
        cases = [
            one
            for one in sample(len(every()), seed)
            if one.mutant.file == PERIMETER and one.subject is subject
        ]
        with packets.prober(subject) as lab:
            for case in cases[: -(-size // len(subjects()))]:
                (outcome,) = outcomes([case])
                found = Tried(outcome, packets.seen(lab, case))
                if found.disagree:
                    _say(f"packets disagree: {outcome}: {found.seen.shown[:1]}\n")
                yield found


def main() -> int:
    """See the module; 1 where anything was missed or two of the opinions do not agree."""
    parser = argparse.ArgumentParser(prog="python -m tests.tce.mutants")
    parser.add_argument("--mutants", type=int, default=600)
    parser.add_argument("--policies", type=int, default=1200)
    parser.add_argument("--packets", type=int, default=0)
    parser.add_argument("--seed", default=SEED)
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    with ProcessPoolExecutor(JOBS) as pool:
        jobs = [(asked.mutants, asked.policies, asked.seed, part) for part in range(JOBS)]
        found = [outcome for part in pool.map(run, jobs) for outcome in part]
    try:
        sent = list(tried(asked.packets, asked.seed))
    except ProbeError as error:
        _say(f"no packets: {error}\n")
        sent = []
    figures = text(found, sent, asked.seed)
    _say(figures)
    if asked.write:
        write(asked.write, figures, "environments")
    wrong = [one for one in found if one.missed or one.contradicted]
    return 1 if wrong or any(one.disagree for one in sent) else 0


def _say(words: str) -> None:
    sys.stdout.write(words)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
